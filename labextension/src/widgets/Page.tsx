import * as React from 'react';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';

const MARKDOWN = 'text/markdown';

/** Markdown, rendered by JupyterLab's own renderer, which lets no script through; as it is where there is none. */
export function Page(props: {
  text: string;
  rendermime: IRenderMimeRegistry | null;
  onRendered: () => void;
}): JSX.Element {
  const { text, rendermime, onRendered } = props;
  const host = React.useRef<HTMLDivElement>(null);
  // Before the page is taken out of the document: a widget must be there to be detached.
  React.useLayoutEffect(() => {
    if (!rendermime || !host.current) {
      return;
    }
    const renderer = rendermime.createRenderer(MARKDOWN);
    const model = rendermime.createModel({
      data: { [MARKDOWN]: text },
      trusted: false
    });
    Widget.attach(renderer, host.current);
    void renderer.renderModel(model).then(onRendered);
    return () => renderer.dispose();
  }, [text, rendermime]);
  return rendermime ? (
    <div className="nb2prod-Page" ref={host} />
  ) : (
    <pre className="nb2prod-Page">{text}</pre>
  );
}
