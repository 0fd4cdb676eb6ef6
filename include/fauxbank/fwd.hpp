#pragma once

/// \file
/// Every public name, declared. Include this where a reference is enough.

namespace fauxbank {

template <class T, class E>
class Result;

class Misuse;
struct ApiError;
enum class transport_errc;

class VirtualClock;
class Random;
class IdMint;

class Account;
struct AccountHolder;
struct AccountSpec;
struct Balance;
struct Owner;
struct Ownership;
struct Refresh;
struct RefreshPlan;
struct SessionSpec;
struct Transaction;
template <class T>
struct Page;

enum class Rule : unsigned char;
class RuleSet;
class RuleCounts;

struct ListParams;
struct RefreshParams;
struct SubscribeParams;
struct UnsubscribeParams;
struct Command;
struct WorldEvent;
struct TimelineEntry;

class State;
struct Outcome;
class Accounts;
class Outbox;
struct EventDelivery;
class Journal;
struct JournalEntry;

enum class Method : unsigned char;
class Headers;
struct Request;
struct Response;

class Service;
class Transport;
struct Delivery;
class Wire;
struct WireLimits;
struct FaultPlan;
struct Diagnostic;
struct Scenario;
class World;
class Coverage;

}  // namespace fauxbank
