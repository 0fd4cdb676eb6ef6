#include <fauxbank/impl/coverage.ipp>
