import { ServerConnection } from '@jupyterlab/services';

/** What a server says to one request; a promise that rejects is one that is away. */
export type Said = Response | Promise<Response>;

/** JSON as a server sends it. */
export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

/** A request, as it arrived. */
export interface IArrived {
  method: string;
  /** Behind the server's own address. */
  path: string;
  body: any;
  headers: Headers;
}

/** A stream that a test writes into, bit by bit. */
export class Pipe {
  constructor() {
    this.response = new Response(
      new ReadableStream<Uint8Array>({
        start: controller => {
          this._controller = controller;
        },
        cancel: () => {
          this.isCancelled = true;
        }
      })
    );
  }

  write(text: string | Uint8Array): void {
    const bytes =
      typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this._controller.enqueue(bytes);
  }

  /** Write events, a line each. */
  events(...events: object[]): void {
    this.write(events.map(event => JSON.stringify(event) + '\n').join(''));
  }

  end(): void {
    this._controller.close();
  }

  breakOff(): void {
    this._controller.error(new TypeError('network error'));
  }

  readonly response: Response;
  isCancelled = false;
  private _controller!: ReadableStreamDefaultController<Uint8Array>;
}

/** A server at `http://localhost/base/`, reached by JupyterLab's own `ServerConnection`. */
export class Server {
  constructor(answer: (arrived: IArrived) => Said) {
    this.answer = answer;
    this.settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/base/',
      token: 'secret',
      fetch: (input: RequestInfo | URL) => this._fetch(input as Request)
    });
  }

  answer: (arrived: IArrived) => Said;
  readonly settings: ServerConnection.ISettings;
  readonly arrived: IArrived[] = [];

  /** What was asked for so far, shortly. */
  get asked(): string[] {
    return this.arrived.map(each => `${each.method} ${each.path}`);
  }

  private async _fetch(request: Request): Promise<Response> {
    const text = request.method === 'GET' ? '' : await request.text();
    const arrived = {
      method: request.method,
      path: request.url
        .replace('http://localhost/base/nb2prod/api/v1/', '')
        .replace(/([?&])\d{13}$/, ''),
      body: text ? JSON.parse(text) : null,
      headers: request.headers
    };
    this.arrived.push(arrived);
    return this.answer(arrived);
  }
}

/** A promise to be kept later. */
export class Later<T> {
  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.keep = resolve;
      this.fail = reject;
    });
  }

  readonly promise: Promise<T>;
  keep!: (value: T) => void;
  fail!: (reason: unknown) => void;
}

/** Wait until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`it never held: ${holds}`);
}
