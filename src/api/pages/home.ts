/** What the start page shows. */
export interface HomePage {
  readonly url: string;
  readonly version: string;
  readonly ready: boolean;
}

/** The whole style of the page; the server sends its hash as the only style that is allowed. */
export const homeStyle = `
:root {
  color-scheme: light dark;
  --canvas: oklch(98.6% 0.004 200); --surface: oklch(100% 0 0); --line: oklch(90% 0.008 200);
  --text: oklch(24% 0.02 220); --muted: oklch(47% 0.02 220); --accent: oklch(45% 0.08 200); --fine: oklch(52% 0.1 170);
  --wait: oklch(52% 0.11 60);
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: oklch(19% 0.015 220); --surface: oklch(23% 0.017 220); --line: oklch(33% 0.018 220);
    --text: oklch(93% 0.008 200); --muted: oklch(73% 0.015 210); --accent: oklch(80% 0.09 195); --fine: oklch(79% 0.12 170);
    --wait: oklch(81% 0.12 75);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--canvas); color: var(--text);
  font: 400 16px/1.55 Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif;
  -webkit-font-smoothing: antialiased; text-rendering: optimizeLegibility;
}
main { max-width: 44rem; margin: 0 auto; padding: clamp(2rem, 8vh, 6rem) 1.5rem 4rem; }
header { display: flex; align-items: baseline; justify-content: space-between; gap: 1rem; flex-wrap: wrap; }
.name { font-size: 14px; font-weight: 600; letter-spacing: 0.01em; }
.state { font-size: 13px; color: var(--muted); }
.state::before { content: "●"; margin-right: 0.5em; color: var(--fine); }
.state.wait::before { content: "○"; color: var(--wait); }
h1 { font-size: clamp(1.9rem, 5vw, 2.5rem); line-height: 1.15; font-weight: 600; letter-spacing: -0.022em; margin: 2.2rem 0 1rem; text-wrap: balance; }
.lead { font-size: 18px; color: var(--muted); margin: 0 0 3rem; max-width: 36rem; text-wrap: pretty; }
ol { list-style: none; counter-reset: step; margin: 0; padding: 0; }
li { counter-increment: step; padding: 1.6rem 0 1.8rem; border-top: 1px solid var(--line); }
h2 { font-size: 16px; font-weight: 600; margin: 0 0 0.3rem; display: flex; gap: 0.7rem; }
h2::before { content: counter(step); color: var(--muted); font-weight: 400; font-variant-numeric: tabular-nums; }
li p { margin: 0 0 0.9rem; color: var(--muted); max-width: 38rem; }
pre {
  margin: 0 0 0.8rem; padding: 0.9rem 1.1rem; overflow-x: auto; background: var(--surface);
  border: 1px solid var(--line); border-radius: 6px; tab-size: 2;
  font: 400 13px/1.65 "JetBrains Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
pre:last-child { margin-bottom: 0; }
code { font-family: "JetBrains Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.92em; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.2em; border-radius: 2px; }
a:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
footer { display: flex; flex-wrap: wrap; gap: 0.4rem 1.6rem; padding-top: 1.6rem; border-top: 1px solid var(--line); font-size: 14px; color: var(--muted); }
footer span { margin-left: auto; font-variant-numeric: tabular-nums; }
`;

/** The start page: no script, no request but itself. */
export function homePage({ url, version, ready }: HomePage): string {
  const address = escapeHtml(url);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rapport</title>
<style>${homeStyle}</style>
</head>
<body>
<main>
<header>
<span class="name">Rapport</span>
<span class="state${ready ? '' : ' wait'}">${ready ? 'running' : 'an engine is starting again; events are still taken in'}</span>
</header>
<h1>How is each customer doing, and why?</h1>
<p class="lead">Rapport takes in the events of your customer relationships, scores every account live by a model you can read, and opens each score down to the events behind it.</p>
<ol>
<li>
<h2>Send an event</h2>
<p>With the write key that the terminal showed at the first start. A new one: <code>rapport key create --kind write</code></p>
<pre tabindex="0"><code>curl -u "$WRITE_KEY:" ${address}/v1/track -d '{
  "userId": "ada", "event": "Signed In", "context": { "groupId": "acme" } }'</code></pre>
<p>Or with the Segment or PostHog SDK you already have, by changing its host:</p>
<pre tabindex="0"><code>import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: WRITE_KEY, host: '${address}' });
analytics.group({ userId: 'ada', groupId: 'acme', traits: { seats: 20 } });
analytics.track({ userId: 'ada', event: 'Report Viewed', properties: { minutes: 12 } });</code></pre>
</li>
<li>
<h2>Ask for the score and its reasons</h2>
<p>With a read or admin key: domain, indicator, the line of the model, and the events themselves.</p>
<pre tabindex="0"><code>curl -H "Authorization: Bearer $READ_KEY" ${address}/api/accounts/acme/why</code></pre>
</li>
<li>
<h2>Make the model yours</h2>
<p>It is one YAML file. Check it, see the SQL it becomes, publish it; the old version stays live until the new one is ready.</p>
<pre tabindex="0"><code>rapport check model.yaml
rapport explain model.yaml
rapport publish model.yaml</code></pre>
</li>
</ol>
<footer>
<a href="/api/docs/">API reference</a>
<a href="/api/openapi.json">OpenAPI 3.1</a>
<a href="/readyz">Health</a>
<span>version ${escapeHtml(version)}</span>
</footer>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
