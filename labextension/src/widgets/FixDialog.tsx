import * as React from 'react';
import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding } from '../findings';
import type { IReadiness } from '../tokens';
import { FixPreview } from './FixPreview';

/** Show what mends a finding, and apply it if somebody wants that. */
export async function showFix(
  finding: IFinding,
  readiness: IReadiness,
  trans: TranslationBundle
): Promise<void> {
  const body = ReactWidget.create(
    <FixPreview
      finding={finding}
      readiness={readiness}
      onDone={() => dialog.dispose()}
      onClose={() => dialog.dispose()}
      trans={trans}
    />
  );
  const dialog = new Dialog({
    title: trans.__('Fix %1', finding.code),
    body,
    buttons: [],
    hasClose: true
  });
  await dialog.launch();
}
