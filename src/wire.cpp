#include <fauxbank/impl/request_parser.ipp>
#include <fauxbank/impl/transport.ipp>
#include <fauxbank/impl/wire.ipp>
