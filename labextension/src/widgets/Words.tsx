import * as React from 'react';

/** A sentence of the server's; what stands between backticks is code. */
export function Words({ text }: { text: string }): JSX.Element {
  const parts = text.split(/`([^`]+)`/);
  return (
    <>
      {parts.map((part, at) =>
        at % 2 ? (
          <code key={at} className="nb2prod-code">
            {part}
          </code>
        ) : (
          part
        )
      )}
    </>
  );
}
