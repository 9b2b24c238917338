/** A path of ours to go to after signing in; `/` for whatever could lead elsewhere. */
export function ownPath(wanted: string, publicUrl: string): string {
  // Browsers read `//`, `/\` and a tab between as the beginning of another host.
  if (!/^\/(?![/\\])[^\\\p{Cc}\s]*$/u.test(wanted) || !URL.canParse(wanted, publicUrl)) return '/';
  const url = new URL(wanted, publicUrl);
  return url.origin === new URL(publicUrl).origin && !url.pathname.startsWith('//') && !url.pathname.startsWith('/api/')
    ? `${url.pathname}${url.search}${url.hash}`
    : '/';
}
