#include <fauxbank/impl/retry.ipp>
