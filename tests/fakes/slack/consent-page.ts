import type { ConsentRequest } from './oauth';
import type { State } from './state';

/** The page on which a person lets the app in. Its form goes back to the same address, query included. */
export function consentPage(state: State, request: ConsentRequest): string {
  const people = [...state.users.values()].filter(({ isBot, deleted }) => !isBot && !deleted);
  const options = people.map(
    ({ id, realName, teamId }) =>
      `<option value="${escapeHtml(id)}">${escapeHtml(`${realName} (${state.teams.get(teamId)?.name ?? teamId})`)}</option>`,
  );
  const scopes = request.scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`);
  const app = escapeHtml(state.app.name);
  const title = request.kind === 'install' ? `Install ${app}` : `Sign in to ${app} with Slack`;
  return layout(
    title,
    `<h1>${title}</h1>
<form method="post">
<p><label for="user">Acting as</label> <select id="user" name="user">${options.join('')}</select></p>
<p>${app} asks for:</p>
<ul>${scopes.join('')}</ul>
<p>You will go to <code>${escapeHtml(new URL(request.redirectUri).origin)}</code>.</p>
<p><button class="button" name="answer" value="cancel">Cancel</button> <button class="button primary" name="answer" value="allow">Allow</button></p>
</form>`,
  );
}

export function consentProblem(message: string): string {
  return layout('Something went wrong', `<h1>Something went wrong</h1><p role="alert">${escapeHtml(message)}</p>`);
}

function layout(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page/page.css"></head>
<body class="plain"><main>${main}</main></body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
