/** Whether a text is a path of this very site; everything else could lead somebody away after signing in. */
export function isOwnPath(text: unknown): text is string {
  return typeof text === 'string' && /^\/(?![/\\])/.test(text);
}
