#include <fauxbank/client/qt.hpp>

#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <utility>

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qurl.h>
#include <QtNetwork/qnetworkaccessmanager.h>
#include <QtNetwork/qnetworkreply.h>
#include <QtNetwork/qnetworkrequest.h>

#include <fauxbank/detail/wire_client.hpp>

namespace fauxbank::qt {

namespace {

using detail::Heard;
using detail::HeardEnd;
using detail::WireClient;
using Error = QNetworkReply::NetworkError;
using Attribute = QNetworkRequest::Attribute;

QString text(std::string_view bytes) {
  return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

QByteArray bytes_of(std::string_view bytes) {
  return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

/// What Qt calls a status.
Error error_of_status(int status) {
  switch (status) {
    case 400:
    case 418:
      return Error::ProtocolInvalidOperationError;
    case 401:
      return Error::AuthenticationRequiredError;
    case 403:
      return Error::ContentAccessDenied;
    case 404:
      return Error::ContentNotFoundError;
    case 405:
      return Error::ContentOperationNotPermittedError;
    case 407:
      return Error::ProxyAuthenticationRequiredError;
    case 409:
      return Error::ContentConflictError;
    case 410:
      return Error::ContentGoneError;
    case 500:
      return Error::InternalServerError;
    case 501:
      return Error::OperationNotImplementedError;
    case 503:
      return Error::ServiceUnavailableError;
    default:
      if (status > 500) return Error::UnknownServerError;
      return status >= 400 ? Error::UnknownContentError : Error::NoError;
  }
}

std::string verb_of(QNetworkAccessManager::Operation operation, const QNetworkRequest& request) {
  switch (operation) {
    case QNetworkAccessManager::HeadOperation:
      return "HEAD";
    case QNetworkAccessManager::GetOperation:
      return "GET";
    case QNetworkAccessManager::PutOperation:
      return "PUT";
    case QNetworkAccessManager::PostOperation:
      return "POST";
    case QNetworkAccessManager::DeleteOperation:
      return "DELETE";
    default:
      return request.attribute(Attribute::CustomVerbAttribute).toByteArray().toStdString();
  }
}

/// As Qt would put it on the wire.
Request request_of(QNetworkAccessManager::Operation operation, const QNetworkRequest& from) {
  Request request;
  const QUrl url = from.url();
  request.method = parse_method(verb_of(operation, from));
  request.target = url.path(QUrl::FullyEncoded).toStdString();
  if (request.target.empty()) request.target = "/";
  if (url.hasQuery()) request.target += "?" + url.query(QUrl::FullyEncoded).toStdString();
  std::string host = url.host(QUrl::FullyEncoded).toStdString();
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  if (url.port() > 0) host += ":" + std::to_string(url.port());
  request.headers.add("Host", host);
  for (const QByteArray& name : from.rawHeaderList()) {
    if (name.compare("Content-Length", Qt::CaseInsensitive) != 0)
      request.headers.add(name.toStdString(), from.rawHeader(name).toStdString());
  }
  const auto add_missing = [&](std::string_view name, std::string_view value) {
    if (!request.headers.find(name)) request.headers.add(name, value);
  };
  if (operation == QNetworkAccessManager::PostOperation)
    add_missing("Content-Type", "application/x-www-form-urlencoded");
  add_missing("Connection", "Keep-Alive");
  add_missing("Accept-Encoding", "gzip, deflate");
  add_missing("Accept-Language", "en,*");
  add_missing("User-Agent", "Mozilla/5.0");
  return request;
}

/// What a manager and its replies share: a connection to each host.
struct Shared {
  Shared(Transport& to, const Options& with) : transport(to), options(with) {}

  WireClient& connection(const QUrl& url) {
    const std::string key = url.scheme().toStdString() + "://" + url.authority().toStdString();
    return connections.try_emplace(key, transport, options.limits).first->second;
  }

  Transport& transport;
  Options options;
  std::map<std::string, WireClient> connections;
};

class Reply final : public QNetworkReply {
 public:
  Reply(std::shared_ptr<Shared> shared, QNetworkAccessManager::Operation operation,
        const QNetworkRequest& request, QIODevice* body, QObject* parent)
      : QNetworkReply(parent), shared_(std::move(shared)), upload_(body) {
    setRequest(request);
    setUrl(request.url());
    setOperation(operation);
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    if (upload_ != nullptr && upload_->isSequential() && !upload_->atEnd()) {
      connect(upload_, &QIODevice::readyRead, this, [this] { collect(); });
      connect(upload_, &QIODevice::readChannelFinished, this, [this] { schedule(); });
      return;
    }
    schedule();
  }

  void abort() override {
    if (isFinished() || is_ending_) return;
    give_up(Error::OperationCanceledError, QStringLiteral("Operation canceled"));
  }
  bool isSequential() const override { return true; }
  qint64 bytesAvailable() const override {
    return QNetworkReply::bytesAvailable() + body_.size() - taken_;
  }

 protected:
  qint64 readData(char* to, qint64 most) override {
    const qint64 size = std::min<qint64>(most, body_.size() - taken_);
    if (size == 0) return isFinished() ? -1 : 0;
    std::copy_n(body_.constData() + taken_, size, to);
    taken_ += size;
    return size;
  }

 private:
  // A slot that is called may abort the reply or delete it.
  struct Gone {};

  template <class F>
  void tell(F signal) {
    const QPointer<Reply> alive(this);
    signal();
    if (alive.isNull() || isFinished()) throw Gone{};
  }

  void collect() { sent_ += upload_->readAll(); }
  void schedule() {
    QMetaObject::invokeMethod(
        this, [this] { run(); }, Qt::QueuedConnection);
  }

  void run() {
    if (isFinished()) return;
    if (upload_ != nullptr) collect();
    try {
      const Heard heard = exchange();
      if (heard.end == HeardEnd::silent && request().transferTimeout() <= 0) return;
      show(heard);
    } catch (const Gone&) {  // nobody is left to tell
    } catch (const std::exception& thrown) {
      give_up(Error::UnknownNetworkError,
              QStringLiteral("the transport threw: ") + QString::fromUtf8(thrown.what()));
    } catch (...) {  // Qt's loop lets nothing through, not even what cuts a sweep's body off
      give_up(Error::UnknownNetworkError, QStringLiteral("the transport threw something"));
    }
  }

  /// Ask as often as Qt does.
  Heard exchange() {
    Request asked = request_of(operation(), request());
    asked.body = sent_.toStdString();
    WireClient& connection = shared_->connection(url());
    const Milliseconds patience{request().transferTimeout()};
    int refusals = 0;
    for (int attempt = 1;; ++attempt) {
#if QT_VERSION >= QT_VERSION_CHECK(6, 3, 0)
      if (attempt == 1 && !connection.is_kept()) tell([this] { emit socketStartedConnecting(); });
#endif
      Heard heard = connection.ask(asked, patience, shared_->options.clock);
      if (heard.end == HeardEnd::refused) {
        if (++refusals == 2) return heard;
        continue;
      }
      const qint64 size = sent_.size();
      if (size != 0) tell([this, size] { emit uploadProgress(size, size); });
#if QT_VERSION >= QT_VERSION_CHECK(6, 3, 0)
      tell([this] { emit requestSent(); });
#endif
      if (heard.head || heard.end == HeardEnd::silent) return heard;
      if (attempt >= (heard.any ? 4 : 2)) return heard;
    }
  }

  void show(const Heard& heard) {
    if (heard.head) show_head(heard);
    body_ = bytes_of(heard.response.body);
    const qint64 size = body_.size();
    if (size != 0) tell([this] { emit readyRead(); });
    switch (heard.end) {
      case HeardEnd::complete:
        show_status(heard);
        break;
      case HeardEnd::refused:
        fail(Error::ConnectionRefusedError, QStringLiteral("Connection refused"));
        break;
      case HeardEnd::silent:
        fail(Error::OperationCanceledError, QStringLiteral("Operation canceled"));
        break;
      case HeardEnd::reset:
      case HeardEnd::closed:
      case HeardEnd::garbage:
        fail(Error::RemoteHostClosedError, QStringLiteral("Connection closed"));
        break;
    }
    finish(size,
           heard.head ? static_cast<qint64>(heard.size.value_or(heard.response.body.size())) : 0);
  }

  void show_head(const Heard& heard) {
    for (const Headers::Field& field : heard.response.headers) {
      const QByteArray name = bytes_of(field.name);
      const QByteArray value = bytes_of(field.value);
      setRawHeader(name, hasRawHeader(name) ? rawHeader(name) + ", " + value : value);
    }
    const int status = heard.response.status;
    setAttribute(Attribute::HttpStatusCodeAttribute, status);
    setAttribute(Attribute::HttpReasonPhraseAttribute, text(heard.reason));
    setAttribute(Attribute::ConnectionEncryptedAttribute, url().scheme() == QLatin1String("https"));
    setAttribute(Attribute::SourceIsFromCacheAttribute, false);
    if (const auto location = heard.response.headers.find("Location");
        location && status / 100 == 3)
      setAttribute(Attribute::RedirectionTargetAttribute, QUrl(text(*location)));
    tell([this] { emit metaDataChanged(); });
  }

  void show_status(const Heard& heard) {
    const Error error = error_of_status(heard.response.status);
    if (error == Error::NoError) return;
    fail(error, error == Error::AuthenticationRequiredError
                    ? QStringLiteral("Host requires authentication")
                    : QStringLiteral("Error transferring %1 - server replied: %2")
                          .arg(url().toString(), text(heard.reason)));
  }

  void fail(Error error, const QString& what) {
    is_ending_ = true;
    setError(error, what);
    const QPointer<Reply> alive(this);
    emit errorOccurred(error);
    if (alive.isNull()) throw Gone{};
  }

  void finish(qint64 received, qint64 total) {
    if (isFinished()) return;
    const QPointer<Reply> alive(this);
    emit downloadProgress(received, total);
    if (alive.isNull() || isFinished()) return;
    if (!sent_.isEmpty()) emit uploadProgress(0, 0);
    if (alive.isNull() || isFinished()) return;
    setFinished(true);
    if (error() == Error::OperationCanceledError) close();
    const bool leaves = request().attribute(Attribute::AutoDeleteReplyOnFinishAttribute).toBool();
    emit finished();
    if (!alive.isNull() && leaves) deleteLater();
  }

  void give_up(Error error, const QString& what) {
    try {
      fail(error, what);
      finish(0, 0);
    } catch (const Gone&) {  // nobody is left to tell
    }
  }

  std::shared_ptr<Shared> shared_;
  QPointer<QIODevice> upload_;
  QByteArray sent_;
  QByteArray body_;
  qint64 taken_ = 0;
  bool is_ending_ = false;  // an error was told, or is being told
};

class Manager final : public QNetworkAccessManager {
 public:
  Manager(Transport& transport, const Options& options)
      : shared_(std::make_shared<Shared>(transport, options)) {}

 protected:
  QNetworkReply* createRequest(Operation operation, const QNetworkRequest& original,
                               QIODevice* body) override {
    const QString scheme = original.url().scheme();
    if (scheme != QLatin1String("http") && scheme != QLatin1String("https"))
      return QNetworkAccessManager::createRequest(operation, original, body);
    QNetworkRequest request(original);
    if (transferTimeout() > 0 && request.transferTimeout() <= 0)
      request.setTransferTimeout(transferTimeout());
    constexpr auto kDelete = Attribute::AutoDeleteReplyOnFinishAttribute;
    if (autoDeleteReplies() && !request.attribute(kDelete).isValid())
      request.setAttribute(kDelete, true);
    return new Reply(shared_, operation, request, body, this);
  }

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace

std::unique_ptr<QNetworkAccessManager> access_manager(Transport& transport,
                                                      const Options& options) {
  return std::make_unique<Manager>(transport, options);
}

}  // namespace fauxbank::qt
