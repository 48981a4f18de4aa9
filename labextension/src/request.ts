import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IProblem } from './outline';

const API = 'nb2prod/api/v1';

/** What the server refuses, with all its reasons; or that it has no part of ours. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: readonly IProblem[] = []
  ) {
    super(message);
  }

  /** Whether the server knows nothing of nb2prod, as in JupyterLite. */
  get isMissing(): boolean {
    return this.status === 404 && this.problems.length === 0;
  }
}

/** Send a request to our part of the server; the response is not read yet. */
export async function send(
  path: string,
  settings: ServerConnection.ISettings,
  init: RequestInit = {}
): Promise<Response> {
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(
      URLExt.join(settings.baseUrl, API, path),
      init,
      settings
    );
  } catch (error) {
    throw new Refusal(0, String((error as Error).message ?? error));
  }
  if (response.ok) {
    return response;
  }
  let body: any = null;
  try {
    body = await response.json();
  } catch {
    // not ours, or from something between the server and us
  }
  const problems: IProblem[] = Array.isArray(body?.problems)
    ? body.problems
    : [];
  const message =
    problems[0]?.what ??
    body?.message ??
    `${response.status} ${response.statusText}`;
  throw new Refusal(response.status, message, problems);
}

/** Send a request and return its JSON; with `body`, as a POST. */
export async function ask<T>(
  path: string,
  settings: ServerConnection.ISettings,
  body?: unknown,
  signal?: AbortSignal
): Promise<T> {
  const init: RequestInit = { signal };
  if (body !== undefined) {
    init.method = 'POST';
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
  }
  const response = await send(path, settings, init);
  try {
    return (await response.json()) as T;
  } catch {
    // A page, as servers of mere files send it for whatever they do not know.
    throw new Refusal(404, `${response.status} ${response.statusText}`);
  }
}
