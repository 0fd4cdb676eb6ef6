#pragma once

/// \file
/// The core of the simulator. Never gMock, never a client library: those are headers of their own.

#include <fauxbank/accounts.hpp>
#include <fauxbank/clock.hpp>
#include <fauxbank/command.hpp>
#include <fauxbank/coverage.hpp>
#include <fauxbank/engine.hpp>
#include <fauxbank/error.hpp>
#include <fauxbank/fault.hpp>
#include <fauxbank/fwd.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/http/service.hpp>
#include <fauxbank/http/wire.hpp>
#include <fauxbank/journal.hpp>
#include <fauxbank/model.hpp>
#include <fauxbank/outbox.hpp>
#include <fauxbank/random.hpp>
#include <fauxbank/result.hpp>
#include <fauxbank/retry.hpp>
#include <fauxbank/rules.hpp>
#include <fauxbank/scenario.hpp>
#include <fauxbank/sweep.hpp>
#include <fauxbank/transport.hpp>
#include <fauxbank/version.hpp>
#include <fauxbank/world.hpp>
