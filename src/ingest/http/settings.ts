/**
 * What Segment's browser library asks for before it starts: one integration, which sends to this server. Everything
 * else is named and empty, because the library reads these fields without looking whether they are there. `origin` is an
 * address without a slash at its end: a page under https may not send to one under http.
 */
export function projectSettings(key: string, origin: string): object {
  const [protocol = '', place = ''] = origin.split('://');
  return {
    integrations: {
      'Segment.io': {
        apiKey: key,
        apiHost: `${place}/v1`,
        protocol,
        unbundledIntegrations: [],
        addBundledMetadata: true,
        maybeBundledConfigIds: {},
        versionSettings: { version: '4.4.7', componentTypes: ['browser'] },
        retryQueue: true,
      },
    },
    plan: {
      track: { __default: { enabled: true, integrations: {} } },
      identify: { __default: { enabled: true } },
      group: { __default: { enabled: true } },
    },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    // Segment's library would report its own health to Segment otherwise.
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  };
}
