import type { ServerResponse } from 'node:http';
import { parseJsonAs } from '@ganymede/core';
import { sendJson } from '../send.js';
import { requests, type PictureShape } from './contract.js';
import { badRequest, unavailable } from './errors.js';
import type { PlaygroundProcess } from './playground-process.js';
import { shapeHeader } from './shape-header.js';

/** What a page asks of a run's playground. */
export class PlaygroundApi {
  /** @param drawing - null where the server was given no program for it */
  constructor(private readonly drawing: PlaygroundProcess | null) {}

  /**
   * @param what - `about`, `lengths` or `picture`
   * @param body - of the request, JSON
   * @returns whether there is such a request
   * @throws BAD_REQUEST, PLAYGROUND_UNAVAILABLE, and as `PlaygroundProcess.ask`
   */
  async handle(response: ServerResponse, run: string, what: string, body: string): Promise<boolean> {
    if (!Object.hasOwn(requests, what)) return false;
    const { drawing } = this;
    if (!drawing) throw unavailable();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    switch (what as keyof typeof requests) {
      case 'about': {
        const { client, wanted } = parseJsonAs(requests.about, body, badRequest);
        sendJson(response, await drawing.ask(client, { kind: 'about', run, wanted }, gone.signal));
        return true;
      }
      case 'lengths': {
        const { client } = parseJsonAs(requests.lengths, body, badRequest);
        sendJson(response, await drawing.ask(client, { kind: 'lengths', run }, gone.signal));
        return true;
      }
      case 'picture': {
        const { client, wanted, picture } = parseJsonAs(requests.picture, body, badRequest);
        const { images, count, width, height, channels, milliseconds } = await drawing.ask(
          client,
          { kind: 'picture', run, wanted, picture },
          gone.signal,
        );
        const shape: PictureShape = { count, width, height, channels, milliseconds };
        response.writeHead(200, {
          'content-type': 'application/octet-stream',
          [shapeHeader]: JSON.stringify(shape),
        });
        response.end(images);
        return true;
      }
    }
  }
}
