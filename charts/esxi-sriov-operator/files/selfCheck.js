// helm test: is the operator behind the Service ready, and does it lead (with more replicas: does any that answers)?
const { OPERATOR_URL: url, LEADER_ELECTION: election, REPLICAS: replicas } = process.env;
const deadline = Date.now() + 45_000;

async function ask(path) {
  const answer = await fetch(url + path, { signal: AbortSignal.timeout(5_000), headers: { connection: 'close' } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.trim()}`);
  return text;
}

async function check() {
  await ask('/readyz');
  const metrics = await ask('/metrics');
  if (!/^sriov_hosts\{/m.test(metrics)) throw new Error('/metrics has no sriov_hosts: is this the operator?');
  const leads = /^leader_election_master_status\{[^}]*\} 1$/m.test(metrics);
  if (election === 'true' && Number(replicas) > 0 && !leads) throw new Error('the replica that answered does not lead; asking again');
}

for (;;) {
  try {
    await check();
    console.log(`${url}: ready`);
    break;
  } catch (error) {
    console.log(`${url}: ${error.cause?.message ?? error.message}`);
    if (Date.now() > deadline) process.exit(1);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
