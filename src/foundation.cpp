#include <fauxbank/impl/clock.ipp>
#include <fauxbank/impl/error.ipp>
#include <fauxbank/impl/message.ipp>
#include <fauxbank/impl/random.ipp>
#include <fauxbank/impl/rules.ipp>
