import { PathExt } from '@jupyterlab/coreutils';
import { Drive } from '@jupyterlab/services';
import type { Contents, ServerConnection } from '@jupyterlab/services';

import { ask } from './request';

/** The name of the drive, which stands before its paths. */
export const OUTPUTS = 'nb2prod-runs';

/**
 * Where JupyterLab opens the executed notebook of a run: below the notebook that was run, as if that were a folder, so
 * that it is known after a reload whose run it is.
 */
export function outputPath(notebook: string, run: string): string {
  return `${OUTPUTS}:${PathExt.join(notebook, `${run}.ipynb`)}`;
}

/** Whether a path is that of an executed notebook. */
export function isOutput(path: string): boolean {
  return path.startsWith(`${OUTPUTS}:`);
}

/**
 * The executed notebooks of runs, to be looked at: they lie in a hidden folder, which the file browser does not show,
 * and are a record, which nobody changes.
 */
export class RunOutputs extends Drive {
  constructor(serverSettings: ServerConnection.ISettings) {
    super({ name: OUTPUTS, serverSettings });
  }

  async get(localPath: string): Promise<Contents.IModel> {
    const run = PathExt.basename(localPath, '.ipynb');
    const notebook = PathExt.dirname(localPath);
    const path = `runs/${encodeURIComponent(run)}/output?path=${encodeURIComponent(notebook)}`;
    const { content } = await ask<{ content: any }>(path, this.serverSettings);
    return {
      name: PathExt.basename(localPath),
      path: localPath,
      type: 'notebook',
      writable: false,
      created: '',
      last_modified: '',
      mimetype: '',
      content,
      format: 'json'
    };
  }

  async save(): Promise<Contents.IModel> {
    throw new Error('what a run has shown is a record, and is not changed');
  }

  async listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return [];
  }

  async createCheckpoint(): Promise<Contents.ICheckpointModel> {
    return { id: '', last_modified: '' };
  }
}
