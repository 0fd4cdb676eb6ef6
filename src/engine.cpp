#include <fauxbank/impl/command.ipp>
#include <fauxbank/impl/digest.ipp>
#include <fauxbank/impl/engine.ipp>
#include <fauxbank/impl/engine_list.ipp>
#include <fauxbank/impl/engine_refresh.ipp>
#include <fauxbank/impl/engine_text.ipp>
#include <fauxbank/impl/engine_world.ipp>
#include <fauxbank/impl/state.ipp>
