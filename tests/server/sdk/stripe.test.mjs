// The official node SDK on a served world: FAUXBANK_URL is where.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {beforeEach, test} from 'node:test';
import Stripe from 'stripe';

const url = new URL(process.env.FAUXBANK_URL);
const connect = (key, more = {}) =>
    new Stripe(key, {protocol: 'http', host: url.hostname, port: url.port, maxNetworkRetries: 0, telemetry: false, ...more});
const stripe = connect('sk_test_123');
const {accounts, sessions, transactions} = stripe.financialConnections;

const control = async (path, body = '') => {
  const answer = await fetch(new URL('/_fauxbank/' + path, url), {method: 'POST', body});
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
};
const look = async path => (await fetch(new URL('/_fauxbank/' + path, url))).json();
const fault = plan => control('faults', JSON.stringify(plan));
const ids = list => list.map(row => row.id);
const refused = (promise, type, more = {}) => assert.rejects(promise, error => {
  assert.ok(error instanceof Stripe.errors[type], `${error} is no ${type}`);
  for (const [key, value] of Object.entries(more)) assert.equal(error[key], value, key);
  return true;
});

beforeEach(() => control('reset'));

test('lists, with filters and limits', async () => {
  const page = await accounts.list({limit: 2});
  assert.deepEqual(ids(page.data), ['fca_7', 'fca_6']);
  assert.equal(page.has_more, true);
  assert.equal(page.url, '/v1/financial_connections/accounts');
  assert.equal(page.data[0].object, 'financial_connections.account');
  const mine = await accounts.list({account_holder: {customer: 'cus_2'}});
  assert.deepEqual(ids(mine.data), ['fca_7']);
});

test('pages by itself, forward and backward', async () => {
  const all = ['fca_7', 'fca_6', 'fca_5', 'fca_4', 'fca_3', 'fca_2', 'fca_1'];
  assert.deepEqual(ids(await accounts.list({limit: 3}).autoPagingToArray({limit: 100})), all);
  const seen = [];
  for await (const account of accounts.list({limit: 2, ending_before: 'fca_1'})) seen.push(account.id);
  assert.deepEqual(seen, all.slice(0, 6).reverse());
});

test('retrieves, expands and lists owners', async () => {
  const plain = await accounts.retrieve('fca_7');
  assert.equal(plain.ownership, 'fcaowns_7');
  const expanded = await accounts.retrieve('fca_7', {expand: ['ownership']});
  assert.equal(expanded.ownership.object, 'financial_connections.account_ownership');
  const owners = await accounts.listOwners('fca_7', {ownership: 'fcaowns_7', limit: 2});
  assert.equal(owners.data.length, 2);
  const all = await accounts.listOwners('fca_7', {ownership: 'fcaowns_7', limit: 1}).autoPagingToArray({limit: 10});
  assert.deepEqual(all.map(owner => owner.name).sort(), ['Jane Smith', 'Jo Smith', 'John Smith']);
});

test('refreshes, subscribes, unsubscribes and disconnects', async () => {
  let account = await accounts.refresh('fca_1', {features: ['balance', 'transactions']});
  assert.equal(account.balance_refresh.status, 'pending');
  await control('advance?by=5s');
  account = await accounts.retrieve('fca_1');
  assert.equal(account.balance_refresh.status, 'succeeded');
  assert.equal(account.status, 'active');
  account = await accounts.subscribe('fca_2', {features: ['transactions']});
  assert.deepEqual(account.subscriptions, ['transactions']);
  account = await accounts.unsubscribe('fca_2', {features: ['transactions']});
  assert.deepEqual(account.subscriptions, []);
  account = await accounts.disconnect('fca_3');
  assert.equal(account.status, 'disconnected');
});

test('creates and retrieves sessions', async () => {
  const session = await sessions.create({account_holder: {type: 'customer', customer: 'cus_1'}, permissions: ['balances']});
  assert.equal(session.object, 'financial_connections.session');
  assert.equal((await sessions.retrieve(session.id)).id, session.id);
});

test('lists and retrieves transactions', async () => {
  await refused(transactions.list({account: 'fca_7'}), 'StripeInvalidRequestError',
                {code: 'financial_connections_no_successful_transaction_refresh'});
  await accounts.refresh('fca_7', {features: ['transactions']});
  await control('advance?by=5s');
  const all = await transactions.list({account: 'fca_7', limit: 1}).autoPagingToArray({limit: 10});
  assert.deepEqual(ids(all).sort(), ['fctxn_1', 'fctxn_2']);
  assert.equal((await transactions.retrieve('fctxn_1')).amount, -300);
});

test('throws errors by class', async () => {
  await refused(accounts.retrieve('fca_none'), 'StripeInvalidRequestError',
                {statusCode: 404, code: 'resource_missing', param: 'account'});
  await refused(accounts.list({limit: 101}), 'StripeInvalidRequestError', {statusCode: 400, param: 'limit'});
  await refused(accounts.refresh('fca_1', {features: ['nope']}), 'StripeInvalidRequestError', {param: 'features[0]'});
  await refused(connect('sk_live_' + 'x'.repeat(24)).financialConnections.accounts.list(), 'StripeAuthenticationError',
                {statusCode: 401});
  await refused(accounts.list({}, {stripeAccount: 'acct_none'}), 'StripePermissionError',
                {statusCode: 403, code: 'account_invalid'});
  await fault([{operation: 'list', nth: 1, kind: 'rate_limit'}, {operation: 'list', nth: 2, kind: 'server_error'},
               // The SDK sends again by itself when a kept connection dies.
               {operation: 'list', from: 3, kind: 'connection_reset'}]);
  await refused(accounts.list(), 'StripeRateLimitError', {statusCode: 429});
  await refused(accounts.list(), 'StripeAPIError', {statusCode: 500});
  await refused(accounts.list(), 'StripeConnectionError');
  await accounts.refresh('fca_1', {features: ['balance']}, {idempotencyKey: 'once'});
  await refused(accounts.refresh('fca_2', {features: ['balance']}, {idempotencyKey: 'once'}), 'StripeIdempotencyError');
});

test('sees only the accounts of its tenant', async () => {
  assert.deepEqual(ids((await accounts.list({}, {stripeAccount: 'acct_1'})).data), ['fca_tenant']);
  await refused(accounts.retrieve('fca_1', {}, {stripeAccount: 'acct_1'}), 'StripeInvalidRequestError', {statusCode: 404});
});

test('retries a lost answer under its idempotency key, and it is applied once', async () => {
  await fault({operation: 'disconnect', nth: 1, kind: 'answer_lost'});
  const patient = connect('sk_test_123', {maxNetworkRetries: 2});
  const account = await patient.financialConnections.accounts.disconnect('fca_4');
  assert.equal(account.status, 'disconnected');
  assert.equal(account.lastResponse.headers['idempotent-replayed'], 'true');
  const attempts = (await look('journal')).data.filter(entry => entry.operation === 'disconnect');
  assert.equal(attempts.length, 2);
  const key = entry => /^Idempotency-Key: (.*)$/m.exec(entry.request_headers)[1];
  assert.equal(key(attempts[0]), key(attempts[1]));
  assert.deepEqual(attempts.map(entry => entry.events.length), [1, 0]);
});

test('a lost answer without a key is applied twice when it is asked twice', async () => {
  await fault({operation: 'refresh', nth: 1, kind: 'answer_lost'});
  const ask = () => fetch(new URL('/v1/financial_connections/accounts/fca_5/refresh', url), {
    method: 'POST', headers: {authorization: 'Bearer sk_test_123'}, body: new URLSearchParams({'features[]': 'balance'})});
  await assert.rejects(ask());
  await control('advance?by=1m');
  assert.equal((await ask()).status, 200);
  const attempts = (await look('journal')).data.filter(entry => entry.operation === 'refresh');
  assert.deepEqual(attempts.map(entry => entry.changes.length), [1, 1]);
});

test('receives events by POST, verifies their signatures, and asks the API about them meanwhile', async () => {
  const seen = [];
  const receiver = createServer(async (request, answer) => {
    let body = '';
    for await (const piece of request) body += piece;
    try {
      const signature = request.headers['stripe-signature'];
      const event = stripe.webhooks.constructEvent(body, signature, 'whsec_test');
      assert.throws(() => stripe.webhooks.constructEvent(body + ' ', signature, 'whsec_test'),
                    Stripe.errors.StripeSignatureVerificationError);
      seen.push([event.type, (await accounts.retrieve(event.data.object.id)).status]);
      answer.writeHead(200).end();
    } catch (error) {
      answer.writeHead(400).end(error.message);
    }
  });
  await new Promise(done => receiver.listen(0, 'localhost', done));
  try {
    const to = encodeURIComponent(`http://localhost:${receiver.address().port}/hooks`);
    await accounts.disconnect('fca_6');
    await control('do', JSON.stringify({do: 'deactivate', account: 'fca_5'}));
    const refusal = await fetch(new URL(`/_fauxbank/deliver?secret=whsec_other&to=${to}`, url), {method: 'POST'});
    assert.equal(refusal.status, 502);
    assert.match((await refusal.json()).error.message, /answered 400 to evt_.*signature/);
    const report = await control(`deliver?secret=whsec_other&secret=whsec_test&to=${to}`);
    assert.deepEqual(report, {object: 'delivery', delivered: 2, waiting: 0});
    assert.deepEqual(seen, [['financial_connections.account.disconnected', 'disconnected'],
                            ['financial_connections.account.deactivated', 'inactive']]);
  } finally {
    receiver.close();
  }
});
