#include <fauxbank/webhook.hpp>

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace fauxbank::webhook {
namespace {

using std::chrono::seconds;

constexpr Timestamp kAt{seconds{1'700'000'000}};

TEST(Signatures, DependOnSecretTimeAndBody) {
  const std::string one = signature("whsec_1", kAt, "body");
  EXPECT_EQ(one.size(), 64u);
  EXPECT_EQ(signature("whsec_1", kAt, "body"), one);
  EXPECT_NE(signature("whsec_2", kAt, "body"), one);
  EXPECT_NE(signature("whsec_1", kAt + seconds{1}, "body"), one);
  EXPECT_NE(signature("whsec_1", kAt, "bodz"), one);
}

TEST(Signatures, AreThoseOfAnotherImplementation) {
  // From Python: hmac.new(b"Jefe", b"0.what do ya want for nothing?", "sha256").hexdigest()
  EXPECT_EQ(signature("Jefe", Timestamp{}, "what do ya want for nothing?"),
            "37f471929915ccd2cbbe79feb84ffcff4f2bb25e15fc41c2506687331ae179cc");
}

TEST(SignatureHeaders, HaveOneForEachSecret) {
  const std::string header = signature_header({"whsec_1", "whsec_2"}, kAt, "body");
  EXPECT_EQ(header, "t=1700000000,v1=" + signature("whsec_1", kAt, "body") +
                        ",v1=" + signature("whsec_2", kAt, "body"));
}

TEST(SignedRequests, CarryTheBodyAsItIs) {
  const Request post = signed_request("/hook?x=1", "{\"a\": 1}", {"whsec_1"}, kAt);
  EXPECT_EQ(post.method, Method::post);
  EXPECT_EQ(post.target, "/hook?x=1");
  EXPECT_EQ(post.body, "{\"a\": 1}");
  EXPECT_EQ(post.headers.find("Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(post.headers.find("Stripe-Signature"), signature_header({"whsec_1"}, kAt, post.body));
  EXPECT_EQ(post.headers.find("Authorization"), std::nullopt);
}

TEST(Verification, AcceptsAnyOfSeveralSecretsAndOtherSchemes) {
  const std::string header = signature_header({"whsec_1", "whsec_2"}, kAt, "body");
  EXPECT_EQ(verify(header, "body", "whsec_1", kAt), Verdict::valid);
  EXPECT_EQ(verify(header, "body", "whsec_2", kAt), Verdict::valid);
  EXPECT_EQ(verify(header, "body", "whsec_3", kAt), Verdict::mismatch);
  EXPECT_EQ(verify(header + ",v0=00", "body", "whsec_1", kAt), Verdict::valid);
  EXPECT_EQ(verify("t=1700000000,v0=" + signature("whsec_1", kAt, "body"), "body", "whsec_1", kAt),
            Verdict::malformed);
}

TEST(Verification, MindsTheAge) {
  const std::string header = signature_header({"whsec_1"}, kAt, "body");
  EXPECT_EQ(verify(header, "body", "whsec_1", kAt + seconds{300}), Verdict::valid);
  EXPECT_EQ(verify(header, "body", "whsec_1", kAt + seconds{301}), Verdict::too_old);
  EXPECT_EQ(verify(header, "body", "whsec_1", kAt + seconds{301}, seconds{0}), Verdict::valid);
  EXPECT_EQ(verify(header, "other", "whsec_1", kAt + seconds{301}), Verdict::mismatch);
}

TEST(Verification, RefusesWhatIsNoHeader) {
  const std::string v1 = ",v1=" + signature("whsec_1", kAt, "body");
  for (const std::string& header :
       {std::string(), std::string("t=1700000000"), v1.substr(1), "t=" + v1, "t=soon" + v1,
        "t=1700000000x" + v1, std::string(",,,"), "T=1700000000" + v1}) {
    EXPECT_EQ(verify(header, "body", "whsec_1", kAt), Verdict::malformed) << header;
  }
}

TEST(Verdicts, HaveNames) {
  EXPECT_EQ(to_string(Verdict::valid), "valid");
  EXPECT_EQ(to_string(Verdict::malformed), "malformed");
  EXPECT_EQ(to_string(Verdict::mismatch), "mismatch");
  EXPECT_EQ(to_string(Verdict::too_old), "too_old");
}

}  // namespace
}  // namespace fauxbank::webhook
