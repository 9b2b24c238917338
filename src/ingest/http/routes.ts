/** One way in for events. */
export interface IngestRoute {
  readonly path: string;
  /** Which client uses it; for the API page. */
  readonly summary: string;
}

const calls = ['track', 'identify', 'group', 'page', 'screen', 'alias'];
const short = ['t', 'i', 'g', 'p', 's', 'a'];

/** All paths that take events. Each also works with a slash at the end; some clients send one. */
export const ingestRoutes: readonly IngestRoute[] = [
  ...calls.map((call) => ({ path: `/v1/${call}`, summary: `One ${call} call (Segment HTTP API).` })),
  ...short.map((call, at) => ({ path: `/v1/${call}`, summary: `One ${calls[at]} call (Segment browser library).` })),
  { path: '/v1/batch', summary: 'Many calls (Segment and RudderStack libraries).' },
  { path: '/v1/b', summary: 'Many calls (Segment browser library, batching).' },
  { path: '/v1/import', summary: 'Many calls (Segment libraries for Ruby and Java).' },
  { path: '/v1/m', summary: 'Metrics of the Segment browser library about itself: taken and dropped.' },
  { path: '/batch', summary: 'Many events (PostHog libraries).' },
  { path: '/capture', summary: 'One or many events (PostHog libraries).' },
  { path: '/e', summary: 'One or many events (PostHog browser library).' },
  { path: '/i/v0/e', summary: 'One or many events (PostHog browser library).' },
];
