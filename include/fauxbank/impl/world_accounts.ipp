#pragma once

#include <utility>

#include <fauxbank/impl/world.ipp>
#include <fauxbank/world.hpp>

namespace fauxbank {

// ---- typed face ---------------------------------------------------------------------------------

namespace detail {

FAUXBANK_DECL ApiError to_error(const Refusal& refusal) {
  return {refusal.status, std::string(refusal.type), std::string(refusal.code),
          refusal.param,  refusal.message,           {}};
}

/// The parameters of a typed call, as the HTTP form would carry them.
FAUXBANK_DECL std::string form_of(const ListParams& params) {
  std::string form;
  for_each_param(params, [&](std::string_view name, std::string_view value) {
    form.append(form.empty() ? "" : "&").append(name).append("=").append(form_escaped(value));
  });
  return form;
}

FAUXBANK_DECL std::string form_of(FeatureSet features) {
  std::string form;
  for (Feature feature : features)
    form.append(form.empty() ? "" : "&").append("features[]=").append(to_string(feature));
  return form;
}

}  // namespace detail

FAUXBANK_DECL Result<Page<Account>, ApiError> World::Impl::WorldAccounts::list(
    const ListParams& params) {
  const Lock lock(world.mutex);
  Outcome outcome =
      world.call({Operation::list, {}, {}, {}, &params}, "list", detail::form_of(params));
  if (outcome.refusal) return Failure(detail::to_error(*outcome.refusal));
  return std::move(outcome.page);
}

FAUXBANK_DECL Result<Account, ApiError> World::Impl::WorldAccounts::one(Operation operation,
                                                                        std::string_view id,
                                                                        FeatureSet features) {
  const Lock lock(world.mutex);
  std::string what(to_string(operation));
  what.append(" ").append(id);
  Outcome outcome =
      world.call({operation, {}, id, features, nullptr}, what, detail::form_of(features));
  if (outcome.refusal) return Failure(detail::to_error(*outcome.refusal));
  return std::move(outcome.account);
}

FAUXBANK_DECL Result<Account, ApiError> World::Impl::WorldAccounts::retrieve(std::string_view id) {
  return one(Operation::retrieve, id, {});
}
FAUXBANK_DECL Result<Account, ApiError> World::Impl::WorldAccounts::disconnect(
    std::string_view id) {
  return one(Operation::disconnect, id, {});
}
FAUXBANK_DECL Result<Account, ApiError> World::Impl::WorldAccounts::refresh(
    std::string_view id, const RefreshParams& params) {
  return one(Operation::refresh, id, params.features);
}
FAUXBANK_DECL Result<Account, ApiError> World::Impl::WorldAccounts::subscribe(
    std::string_view id, const SubscribeParams& params) {
  return one(Operation::subscribe, id, params.features);
}
FAUXBANK_DECL Result<Account, ApiError> World::Impl::WorldAccounts::unsubscribe(
    std::string_view id, const UnsubscribeParams& params) {
  return one(Operation::unsubscribe, id, params.features);
}

}  // namespace fauxbank
