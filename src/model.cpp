#include <fauxbank/impl/check_session.ipp>
#include <fauxbank/impl/check_spec.ipp>
#include <fauxbank/impl/diff.ipp>
#include <fauxbank/impl/model.ipp>
#include <fauxbank/impl/model_text.ipp>
