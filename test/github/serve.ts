// Starts a GitHub as a process, which prints one line of JSON and lives until it is ended: node test/github/serve.ts

import { startGitHub } from "./github.ts";

const github = await startGitHub();
console.log(JSON.stringify({ url: github.url, token: github.token, repository: github.repository }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void github.stop());
