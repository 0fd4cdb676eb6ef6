#include <fauxbank/impl/request_parser.ipp>
#include <fauxbank/impl/transport.ipp>
#include <fauxbank/impl/wire.ipp>
#include <fauxbank/impl/wire_client.ipp>
