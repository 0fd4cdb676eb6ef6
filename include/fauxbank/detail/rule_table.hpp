#pragma once

// The rules, one row each: X(enumerator, id, origin, stage, text).
// A behaviour that is not in this table does not exist: add a row before adding code. The
// explanations of refusals, the behaviour coverage and docs/rules.md are made from it.

#define FAUXBANK_RULE_TABLE(X) \
  FAUXBANK_RULES_TIME(X)       \
  FAUXBANK_RULES_FORM(X)       \
  FAUXBANK_RULES_AUTH(X)       \
  FAUXBANK_RULES_PARAM(X)      \
  FAUXBANK_RULES_LIST(X)       \
  FAUXBANK_RULES_ACCOUNT(X)    \
  FAUXBANK_RULES_WORLD(X)      \
  FAUXBANK_RULES_FAMILY(X)     \
  FAUXBANK_RULES_REPEAT(X)     \
  FAUXBANK_RULES_EVENT(X)

#define FAUXBANK_RULES_TIME(X)                                                                  \
  X(time_due, "time.due", ours, implemented,                                                    \
    "a request at t sees everything that is due at or before t, each thing applied at its own " \
    "instant")                                                                                  \
  X(time_ties, "time.ties", ours, implemented,                                                  \
    "at one instant: timeline entries in file order, then completions in the order their "      \
    "refreshes started, then daily starts in link order")                                       \
  X(time_print, "time.print", ours, implemented,                                                \
    "printed seconds are rounded down, next_refresh_available_at up; early calls compare with " \
    "what is "                                                                                  \
    "printed")

#define FAUXBANK_RULES_FORM(X)                                                                     \
  X(form_documented, "form.documented", documented, implemented,                                   \
    "the documented form: object linked_account, keys in the page's order, refresh hashes hold "   \
    "status "                                                                                      \
    "and last_attempted_at, list envelope object, url, has_more, data")                            \
  X(form_documented_pending, "form.documented.pending", documented, implemented,                   \
    "in the documented form an active account prints status pending while an on-demand refresh "   \
    "is in "                                                                                       \
    "flight")                                                                                      \
  X(form_current, "form.current", documented, implemented,                                         \
    "the current form: object financial_connections.account, keys id, object, then alphabetical; " \
    "account_numbers and next_refresh_available_at; list envelope object, data, has_more, url")    \
  X(form_choice, "form.choice", assumed, implemented,                                              \
    "a request with Stripe-Version gets the current form, one without the world's default form")   \
  X(form_null, "form.null", documented, implemented,                                               \
    "nullable members print null; members that do not apply to the variant are left out")          \
  X(form_json, "form.json", observed, implemented,                                                 \
    "JSON, two-space indentation, empty containers compact, no final newline; errors end with "    \
    "one and "                                                                                     \
    "have alphabetical keys")                                                                      \
  X(form_version_echo, "form.version_echo", observed, implemented,                                 \
    "Stripe-Version and Stripe-Account are echoed when sent")                                      \
  X(form_request_id, "form.request_id", observed, implemented,                                     \
    "every answer has a Request-Id, unique in the world; 401 and 403 have none")

#define FAUXBANK_RULES_AUTH(X)                                                                   \
  X(auth_missing, "auth.missing", observed, implemented,                                         \
    "no Authorization: 401 with WWW-Authenticate")                                               \
  X(auth_schemes, "auth.schemes", documented, implemented,                                       \
    "Basic with the key as user name and empty password, and Bearer, both work")                 \
  X(auth_invalid, "auth.invalid", observed, implemented,                                         \
    "a key that is no test key, or not on the world's list: 401; the message shows at most its " \
    "first 8 "                                                                                   \
    "and last 4 characters")                                                                     \
  X(auth_live_key, "auth.live_key", assumed, implemented,                                        \
    "a live key: 401 and recorded as a misuse; never stored, logged or printed")                 \
  X(auth_publishable, "auth.publishable", documented, implemented,                               \
    "a publishable key: 401 code secret_key_required")                                           \
  X(route_unknown, "route.unknown", observed, implemented,                                       \
    "unknown path, or known path with another method: 404 without code; HEAD without a body")    \
  X(error_envelope, "error.envelope", observed, implemented,                                     \
    "a refusal is {\"error\":{…}} with type and message, code and doc_url, param, "            \
    "request_log_url where "                                                                     \
    "they apply")                                                                                \
  X(route_content_type, "route.content_type", observed, implemented,                             \
    "a POST body that is not form encoded: 400 without code; an empty body needs no type")       \
  X(tenant, "tenant", documented, implemented,                                                   \
    "Stripe-Account selects a tenant, whose ids are invisible to others; unknown where tenants " \
    "are "                                                                                       \
    "listed: 403 account_invalid")

#define FAUXBANK_RULES_PARAM(X)                                                                    \
  X(form_decode, "form.decode", observed, implemented,                                             \
    "form decoding of query and body: percent and plus, a[b], a[], a[0]; the last scalar counts; " \
    "malformed escapes, invalid UTF-8 and NUL: 400 naming the place")                              \
  X(param_order, "param.order", observed, implemented,                                             \
    "checks run: content type, decoding, idempotency look-up, unknown, required, type and enum, "  \
    "expand, look-ups, exclusivity of cursors, state; the first failure answers")                  \
  X(param_unknown, "param.unknown", observed, implemented,                                         \
    "an unknown parameter: 400 parameter_unknown, param its full bracket name")                    \
  X(param_missing, "param.missing", documented, implemented,                                       \
    "a required parameter is missing: 400 parameter_missing")                                      \
  X(param_empty, "param.empty", documented, implemented,                                           \
    "an empty string where a value is needed: 400 parameter_invalid_empty")                        \
  X(param_integer, "param.integer", observed, implemented,                                         \
    "not an integer: 400 parameter_invalid_integer")                                               \
  X(param_enum, "param.enum", observed, implemented,                                               \
    "off the enumeration: 400 without code, param with the index")                                 \
  X(param_array, "param.array", observed, implemented,                                             \
    "a scalar where a list is needed, or a list where a scalar is needed: 400 without code")       \
  X(param_object, "param.object", observed, implemented,                                           \
    "a scalar where a hash is needed, or a hash where a scalar is needed: 400 without code")       \
  X(param_duplicate_feature, "param.duplicate_feature", assumed, implemented,                      \
    "the same feature twice in one call counts once")                                              \
  X(param_length, "param.length", documented, implemented,                                         \
    "a string over 5000 characters: 400, param")                                                   \
  X(limit_default, "limit.default", documented, implemented, "limit is 10 when left out")          \
  X(limit_range, "limit.range", assumed, implemented,                                              \
    "limit 1 to 100; outside 400 parameter_invalid_integer, or clamped when the world says so")

#define FAUXBANK_RULES_LIST(X)                                                                     \
  X(list_order, "list.order", observed, implemented,                                               \
    "newest first: created descending; equal created, the one linked later first")                 \
  X(list_filter_customer, "list.filter_customer", documented, implemented,                         \
    "account_holder[customer] (current form also customer_account): only that holder's accounts; " \
    "unknown: none")                                                                               \
  X(list_filter_account, "list.filter_account", documented, implemented,                           \
    "account_holder[account]: only that holder's accounts; unknown: none")                         \
  X(list_filter_session, "list.filter_session", documented, implemented,                           \
    "session: only accounts collected in it; unknown: none")                                       \
  X(list_exclusive, "list.exclusive", documented, implemented,                                     \
    "more than one of account_holder[account], account_holder[customer], session: 400 "            \
    "parameters_exclusive, param the first given in that order")                                   \
  X(list_disconnected, "list.disconnected", assumed, implemented,                                  \
    "disconnected and inactive accounts stay in lists")                                            \
  X(list_has_more, "list.has_more", documented, implemented,                                       \
    "true exactly when more lie in the direction of travel")                                       \
  X(list_starting_after, "list.starting_after", documented, implemented,                           \
    "rows strictly older than the cursor")                                                         \
  X(list_ending_before, "list.ending_before", documented, implemented,                             \
    "the rows immediately newer than the cursor, printed newest first")                            \
  X(list_cursor_unknown, "list.cursor_unknown", observed, implemented,                             \
    "a cursor that does not exist: 400 resource_missing, param the cursor's name")                 \
  X(list_cursor_filter, "list.cursor_filter", observed, implemented,                               \
    "a cursor is a position: it resolves although it does not match the filter")                   \
  X(list_cursors_exclusive, "list.cursors_exclusive", observed, implemented,                       \
    "both cursors: 400 without code and param; an unknown cursor is reported first")               \
  X(list_end, "list.end", documented, implemented,                                                 \
    "past the end: empty data, has_more false, 200")                                               \
  X(list_stable, "list.stable", documented, implemented,                                           \
    "paging while accounts are linked or change state neither repeats nor skips an account")       \
  X(list_url, "list.url", documented, implemented, "url is the path without query")

#define FAUXBANK_RULES_ACCOUNT(X)                                                                  \
  X(retrieve, "retrieve", documented, implemented, "GET /v1/financial_connections/accounts/:id")   \
  X(account_missing, "account.missing", observed, implemented,                                     \
    "an unknown id in the path: 404 resource_missing, param account")                              \
  X(disconnect, "disconnect", documented, implemented,                                             \
    "disconnected is terminal: data and refresh hashes become null, subscriptions empty, a "       \
    "refresh in "                                                                                  \
    "flight is dropped; permissions, identity and session stay")                                   \
  X(disconnect_again, "disconnect.again", assumed, implemented,                                    \
    "a second disconnect: 200, unchanged, no event")                                               \
  X(disconnect_params, "disconnect.params", documented, implemented,                               \
    "disconnect takes no parameters but expand")                                                   \
  X(refresh, "refresh", documented, implemented,                                                   \
    "every named feature's refresh becomes pending, last_attempted_at now, data unchanged; the "   \
    "answer "                                                                                      \
    "shows it")                                                                                    \
  X(refresh_permission, "refresh.permission", documented, implemented,                             \
    "a feature without its permission: 400, param features, unless the world ignores permissions") \
  X(refresh_atomic, "refresh.atomic", assumed, implemented,                                        \
    "all features are checked before any starts: a refused call changes nothing")                  \
  X(refresh_origin, "refresh.origin", ours, implemented,                                           \
    "a refresh keeps its origin; only on_demand prints pending")                                   \
  X(refresh_completes, "refresh.completes", documented, implemented,                               \
    "pending becomes succeeded or failed by the plan: after a time, after N reads, by hand, or "   \
    "never; "                                                                                      \
    "data appears on success and stays as it was on failure")                                      \
  X(refresh_next, "refresh.next", documented, implemented,                                         \
    "on completion next_refresh_available_at is completion plus cool-down")                        \
  X(refresh_too_early, "refresh.too_early", documented, implemented,                               \
    "a refresh that is pending or too early starts nothing: 200, or 400 when the world rejects "   \
    "it")                                                                                          \
  X(refresh_id, "refresh.id", documented, implemented, "every transactions refresh has a new id")  \
  X(refresh_inactive, "refresh.inactive", documented, implemented,                                 \
    "refresh of an inactive account: 400 financial_connections_account_inactive")                  \
  X(subscribe_inactive, "subscribe.inactive", documented, implemented,                             \
    "subscribe to an inactive account: 400 financial_connections_account_inactive")                \
  X(refresh_disconnected, "refresh.disconnected", documented, implemented,                         \
    "refresh of a disconnected account: 400 without code")                                         \
  X(subscribe_disconnected, "subscribe.disconnected", documented, implemented,                     \
    "subscribe to a disconnected account: 400 without code")                                       \
  X(subscribe, "subscribe", documented, implemented,                                               \
    "subscriptions gets transactions and a transactions refresh starts at once unless one is in "  \
    "flight; repeating it starts nothing")                                                         \
  X(subscribe_daily, "subscribe.daily", documented, implemented,                                   \
    "a daily transactions refresh starts at last_attempted_at + k·24 h when active and none in "  \
    "flight; "                                                                                     \
    "missed instants are not made up")                                                             \
  X(unsubscribe, "unsubscribe", documented, implemented,                                           \
    "leaves subscriptions, keeps the last transaction_refresh, stops the daily ones; not "         \
    "subscribed: "                                                                                 \
    "200 unchanged")

#define FAUXBANK_RULES_WORLD(X)                                                                  \
  X(deactivate, "deactivate", documented, implemented,                                           \
    "world event: active becomes inactive, refreshes in flight fail, next_refresh_available_at " \
    "null")                                                                                      \
  X(reactivate, "reactivate", documented, implemented,                                           \
    "world event: inactive becomes active, next_refresh_available_at is that instant")           \
  X(world_event_misfit, "world_event.misfit", ours, implemented,                                 \
    "a world event that does not apply changes nothing; called from C++ it is a Misuse")

#define FAUXBANK_RULES_FAMILY(X)                                                                 \
  X(owners, "owners", documented, implemented,                                                   \
    "the owners of an ownership, as a list; unknown ownership: 400 resource_missing, param "     \
    "ownership")                                                                                 \
  X(expand, "expand", documented, implemented,                                                   \
    "expand[]=ownership, on lists data.ownership, prints the ownership in place of its id; "     \
    "inline members change nothing; unknown: 400; over 4 levels: 400 "                           \
    "property_expansion_max_depth")                                                              \
  X(sessions, "sessions", documented, implemented,                                               \
    "a session has a holder, permissions, prefetch and filters, and collects the accounts that " \
    "are linked through it; prefetch starts those refreshes when an account links")              \
  X(transactions, "transactions", documented, implemented,                                       \
    "transactions, as a list and one by one: account required, transacted_at as a number or "    \
    "bounds, transaction_refresh[after]; before the first succeeded refresh 400 "                \
    "financial_connections_no_successful_transaction_refresh")

#define FAUXBANK_RULES_REPEAT(X)                                                                   \
  X(idem_order, "idem.order", ours, implemented,                                                   \
    "the look-up stands after content type and decoding, before parameter checks; compared are "   \
    "endpoint and decoded parameters, not spelling, key order or headers")                         \
  X(idem_replay, "idem.replay", documented, implemented,                                           \
    "the same Idempotency-Key, endpoint and parameters on POST: first status, body and form "      \
    "again with Idempotent-Replayed, Original-Request and a new Request-Id; per tenant; empty or " \
    "over 255 characters: 400")                                                                    \
  X(idem_stored, "idem.stored", documented, implemented,                                           \
    "stored is every answer once parameter checks had passed; not validation errors, 401, 403, "   \
    "unknown routes, 429, conflicts")                                                              \
  X(idem_mismatch, "idem.mismatch", documented, implemented,                                       \
    "the same key with other parameters or another endpoint: 400 idempotency_error")               \
  X(idem_concurrent, "idem.concurrent", documented, implemented,                                   \
    "of two calls with one key one executes; 409 idempotency_key_in_use only while the first "     \
    "answer is held back")                                                                         \
  X(idem_expiry, "idem.expiry", documented, implemented,                                           \
    "after 24 h of world time the key is new again")                                               \
  X(retry_headers, "retry.headers", observed, implemented,                                         \
    "Stripe-Should-Retry: false on executed answers to POST, true on lock_timeout; Retry-After "   \
    "where a fault gives it")

#define FAUXBANK_RULES_EVENT(X)                                                                  \
  X(event_kinds, "event.kinds", documented, implemented,                                         \
    "created, deactivated, reactivated, disconnected, refreshed_balance, refreshed_ownership, "  \
    "refreshed_transactions; refreshed_* on success and on failure; none for a refused call")    \
  X(event_object, "event.object", documented, implemented,                                       \
    "id, object, api_version, created, data.object (the account in the current form as of that " \
    "moment), livemode, pending_webhooks, request of the call that did it itself or null, type") \
  X(event_signature, "event.signature", documented, implemented,                                 \
    "Stripe-Signature: t=unix,v1=hex HMAC-SHA256 of t.body with the secret; several v1 while a " \
    "secret rotates")                                                                            \
  X(event_outbox, "event.outbox", ours, implemented,                                             \
    "events wait in an outbox in order; the test delivers, drops, duplicates or reorders "       \
    "them")
