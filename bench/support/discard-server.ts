import fastify from 'fastify';

/** The baseline of the ingest bench: the same framework parses the same bodies and throws them away. */
const server = fastify({ bodyLimit: 4 << 20 });
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/v1/batch', (request) => {
  JSON.parse((request.body as Buffer).toString());
  return { success: true };
});
await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
process.stdout.write('ready\n');
