import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '@ganymede/files';
import { EventLog, readEvents, truncateEvents } from './event-log.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'));
  path = join(folder, 'events.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

describe('event log', () => {
  it('appends whole lines and reads them back', async () => {
    const log = EventLog.open(path);
    log.append({ step: 1, loss: 0.5 });
    log.append({ step: 2, loss: NaN, norm: Infinity, note: 'a\nb' });
    log.close();
    EventLog.open(path).close();
    expect(await readFile(path, 'utf8')).toBe(
      '{"step":1,"loss":0.5}\n{"step":2,"loss":"NaN","norm":"Infinity","note":"a\\nb"}\n',
    );
    expect(await readEvents(path)).toEqual({
      events: [
        { step: 1, loss: 0.5 },
        { step: 2, loss: 'NaN', norm: 'Infinity', note: 'a\nb' },
      ],
      damagedLines: [],
    });
  });

  it('refuses an event without a step', () => {
    const log = EventLog.open(path);
    expect(() => log.append({ step: NaN })).toThrow(expect.objectContaining({ code: 'BAD_EVENT' }));
    log.close();
  });

  it('reads an absent log as an empty one', async () => {
    expect(await readEvents(path)).toEqual({ events: [], damagedLines: [] });
    expect(await truncateEvents(path, 3)).toEqual({ kept: 0, removed: 0, damaged: 0 });
  });

  it('does not take a half-written last line for an event, even where it parses', async () => {
    await writeFile(path, '{"step":1}\n{"step":2}');
    expect(await readEvents(path)).toEqual({ events: [{ step: 1 }], damagedLines: [2] });
  });

  it('keeps bytes that are no text as they are', async () => {
    const kept = Buffer.concat([Buffer.from('{"step":1,"name":"ä'), Buffer.of(0xff), Buffer.from('"}\n')]);
    for (const rest of ['{"step":9}\n', 'xx\n{"step":1}\n']) {
      await writeFile(path, Buffer.concat([kept, Buffer.from(rest)]));
      await truncateEvents(path, 5);
      expect((await readFile(path)).subarray(0, kept.byteLength)).toEqual(kept);
    }
  });

  it('needs no room to drop what comes last', async () => {
    await writeFile(path, '{"step":1}\n{"step":2}\n{"st');
    const full = {
      ...nodeDisk,
      writeFile: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
    };
    expect(await truncateEvents(path, 1, full)).toEqual({ kept: 1, removed: 1, damaged: 1 });
    expect(await readFile(path, 'utf8')).toBe('{"step":1}\n');
    await writeFile(path, 'xx\n{"step":1}\n');
    await expect(truncateEvents(path, 1, full)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readFile(path, 'utf8')).toBe('xx\n{"step":1}\n');
  });

  it('cuts back to a step and leaves the kept lines byte for byte', async () => {
    const kept = '{"step":1, "odd spacing":true}\n{"step":5}\n';
    await writeFile(path, `${kept}{"step":6}\n{"step":4,"kind":"evaluation"}\nxx\n{"step":7,"lo`);
    expect(await truncateEvents(path, 5)).toEqual({ kept: 3, removed: 1, damaged: 2 });
    expect(await readFile(path, 'utf8')).toBe(`${kept}{"step":4,"kind":"evaluation"}\n`);
    expect(await truncateEvents(path, 5)).toEqual({ kept: 3, removed: 0, damaged: 0 });
    expect(await truncateEvents(path, -1)).toEqual({ kept: 0, removed: 3, damaged: 0 });
    await appendFile(path, '{"step":1}\n');
    expect((await readEvents(path)).events).toEqual([{ step: 1 }]);
  });
});
