#include <fauxbank/impl/check_scenario.ipp>
#include <fauxbank/impl/explain.ipp>
#include <fauxbank/impl/fault.ipp>
#include <fauxbank/impl/journal.ipp>
#include <fauxbank/impl/scenario.ipp>
#include <fauxbank/impl/world.ipp>
#include <fauxbank/impl/world_report.ipp>
