#include <fauxbank/impl/check_scenario.ipp>
#include <fauxbank/impl/read_scenario.ipp>
#include <fauxbank/impl/scenario.ipp>
#include <fauxbank/impl/write_scenario.ipp>
