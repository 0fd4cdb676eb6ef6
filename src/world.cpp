#include <fauxbank/impl/explain.ipp>
#include <fauxbank/impl/export.ipp>
#include <fauxbank/impl/fault.ipp>
#include <fauxbank/impl/journal.ipp>
#include <fauxbank/impl/outbox.ipp>
#include <fauxbank/impl/world.ipp>
#include <fauxbank/impl/world_outbox.ipp>
#include <fauxbank/impl/world_report.ipp>
