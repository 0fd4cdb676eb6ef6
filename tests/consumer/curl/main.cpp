// libcurl, answered by a world.
#include <fauxbank/client/curl.hpp>
#include <fauxbank/fauxbank.hpp>

int main() {
  fauxbank::World world;
  fauxbank::curl::Adapter adapter(world.transport());
  CURL* handle = curl_easy_init();
  adapter.attach(handle);
  curl_easy_setopt(handle, CURLOPT_URL, "http://api.example.com/");
  long status = 0;
  if (curl_easy_perform(handle) == CURLE_OK)
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(handle);
  return status == 401 ? 0 : 1;
}
