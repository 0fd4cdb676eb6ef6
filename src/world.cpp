#include <fauxbank/impl/journal.ipp>
#include <fauxbank/impl/world.ipp>
