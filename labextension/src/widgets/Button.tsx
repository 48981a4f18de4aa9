import * as React from 'react';

/** A button of the panels: as small as a side panel needs it. */
export function Button(props: {
  children: React.ReactNode;
  onClick?: () => void;
  /** Whether it sends the form that it is in. */
  submits?: boolean;
  /** Whether it is what people mostly want here. */
  isMain?: boolean;
  disabled?: boolean;
  title?: string;
  /** Its name, where what it shows is none. */
  name?: string;
}): JSX.Element {
  return (
    <button
      type={props.submits ? 'submit' : 'button'}
      className={`nb2prod-Button${props.isMain ? ' nb2prod-mod-main' : ''}`}
      disabled={props.disabled}
      title={props.title ?? props.name}
      aria-label={props.name}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
