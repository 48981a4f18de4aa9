import { LabIcon } from '@jupyterlab/ui-components';

/** A notebook's cells on the left, a box that runs on the right. */
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M2 4h9v3H2zM2 10.5h6v3H2zM2 17h9v3H2z"/>
    <path d="M10 11h4.2l-2-2L13.6 7.600l4.400 4.400-4.400 4.400-1.400-1.400 2-2H10z"/>
    <path d="M19 4h3v16h-3z"/>
  </g>
</svg>`;

export const productionIcon = new LabIcon({
  name: 'nb2prod:production',
  svgstr: SVG
});
