// What Google's library for Node finds where it runs: nothing here knows of gatepost.

const { GoogleAuth } = require(process.argv[2]);

async function main() {
  const auth = new GoogleAuth({ scopes: ["https://mail.google.com/", "openid"] });
  const client = await auth.getClient();
  const { token } = await client.getAccessToken();
  const { client_email: email } = await auth.getCredentials();
  const refresh_token = client.credentials.refresh_token ?? null;
  console.log(JSON.stringify({ kind: client.constructor.name, email, token, refresh_token }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
