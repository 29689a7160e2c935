import { createServer } from 'node:http';
import { generate } from 'generator';
import sharp from 'sharp';

/** Answers `/star?seed=5` with a PNG of that class. */
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://server');
  try {
    const { pixels, width, height } = await generate({
      class: decodeURIComponent(pathname.slice(1)),
      seed: Number(searchParams.get('seed') ?? 0),
    });
    const png = await sharp(pixels, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer();
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  } catch (error) {
    // A class or a seed that cannot be is the asker's mistake, and the message says which there are.
    response.writeHead(error.kind === 'usage' ? 400 : 500, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${error.message}\n`);
  }
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
