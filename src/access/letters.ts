import type { Letter } from './post.ts';

/** The mail that asks somebody to join. */
export function invitationLetter(to: { email: string; invitedBy: string; workspace: string; link: string }): Letter {
  return {
    to: to.email,
    subject: `Join ${oneLine(to.workspace)} on Rapport`,
    text: `Hello,

${oneLine(to.invitedBy)} invites you to ${oneLine(to.workspace)} on Rapport.

Join here; the link works once, within seven days:
${to.link}

If you did not expect this, do nothing.
`,
  };
}

/** The mail with a way to a new password. */
export function resetLetter(to: { email: string; name: string; link: string }): Letter {
  return {
    to: to.email,
    subject: 'A new password for Rapport',
    text: `Hello ${oneLine(to.name)},

Somebody, most likely you, asked for a new password for ${to.email}.

Choose it here; the link works once, within an hour:
${to.link}

If it was not you, do nothing: your password stays as it is.
`,
  };
}

/** A name that somebody typed cannot begin a line, nor a header, of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ').trim();
}
