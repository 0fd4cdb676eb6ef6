#include <fauxbank/impl/sweep.ipp>
