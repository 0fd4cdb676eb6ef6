#include <fauxbank/impl/form.ipp>
#include <fauxbank/impl/print.ipp>
#include <fauxbank/impl/print_family.ipp>
#include <fauxbank/impl/service.ipp>
#include <fauxbank/impl/service_family.ipp>
#include <fauxbank/impl/service_idempotency.ipp>
#include <fauxbank/impl/service_params.ipp>
#include <fauxbank/impl/service_route.ipp>
