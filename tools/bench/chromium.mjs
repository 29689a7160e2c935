// Chromium as a process whose memory can be told.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Megabytes that a process and all below it have resident; of pages that several share each has its part (Pss).
 * @param {number} pid
 */
export function residentMegabytes(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]));
    } catch {
      // It ended meanwhile.
    }
  const all = [pid];
  for (const one of all) for (const [child, parent] of parents) if (parent === one) all.push(child);
  let kilobytes = 0;
  for (const one of all)
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  return Math.round(kilobytes / 1e3);
}

/** A browser of its own with one page. @param {string[]} [args] */
export async function openPage(args = []) {
  const path = places.find(existsSync);
  const server = await chromium.launchServer({
    ...(path && { executablePath: path }),
    args: ['--no-sandbox', '--enable-unsafe-swiftshader', ...args],
  });
  const browser = await chromium.connect(server.wsEndpoint());
  return {
    page: await browser.newPage(),
    megabytes: () => residentMegabytes(server.process().pid ?? 0),
    close: () => server.close(),
  };
}
