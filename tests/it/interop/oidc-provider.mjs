// An authority that nobody here wrote: `oidc-provider` with its own sign-in pages, every refresh
// token good for one use, and a grant that dies when a used one comes back.
//
// node oidc-provider.mjs FOLDER, where FOLDER holds node_modules. The first line of its output is
// its address; GET /log tells what happened, oldest first.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const library = resolve(process.argv[2], 'node_modules/oidc-provider/lib/index.js');
const { Provider, interactionPolicy } = await import(pathToFileURL(library));

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

// Asking for `select_account` is allowed; nobody is signed in before, so nothing comes of it.
const policy = interactionPolicy.base();
const chooser = new interactionPolicy.Prompt({ name: 'select_account', requestable: true });
chooser.checks.remove('select_account_prompt');
policy.add(chooser, 0);

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'desktop-client',
    client_secret: 'not-very-secret',
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_post',
  }],
  scopes: ['openid', 'offline_access', 'mail.read'],
  claims: { 'https://www.googleapis.com/auth/userinfo.email': ['email', 'email_verified'] },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.org`, email_verified: true }),
  }),
  interactions: { policy },
  pkce: { required: () => true },
  features: { revocation: { enabled: true } },
  rotateRefreshToken: true,
  ttl: {
    AccessToken: (ctx) => (ctx.oidc.params.grant_type === 'refresh_token' ? 3600 : 5),
    IdToken: 3600,
    RefreshToken: 86400,
    Grant: 86400,
    Interaction: 600,
    Session: 600,
  },
  cookies: { keys: ['interop'] },
});

const log = [];
provider.on('grant.revoked', () => log.push({ what: 'grant revoked' }));
provider.use(async (ctx, next) => {
  if (ctx.path === '/log') {
    ctx.body = log;
    return;
  }
  await next();
  const { route, params } = ctx.oidc ?? {};
  if (!['token', 'revocation', 'userinfo'].includes(route)) return;
  log.push({ what: params?.grant_type ?? route, status: ctx.status, error: ctx.body?.error });
  // The token is used up by now: whoever asks meanwhile gives itself away.
  if (params?.grant_type === 'refresh_token') await pause(400);
});

server.on('request', provider.callback());
console.log(issuer);
