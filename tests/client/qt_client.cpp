// Qt's access manager, as code that uses it sees it.

#include "client/qt_client.hpp"

#include <string>
#include <utility>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qmetaobject.h>
#include <QtNetwork/qnetworkreply.h>
#include <QtNetwork/qnetworkrequest.h>

namespace fauxbank::testing {

namespace {

/// Qt wants one, and that it lives as long as the program.
void make_application() {
  static int count = 0;
  static QCoreApplication application(count, nullptr);
}

/// A status of the service is no failure to get its answer.
std::string name_of(QNetworkReply::NetworkError error) {
  const bool is_status =
      error > QNetworkReply::UnknownProxyError && error != QNetworkReply::ProtocolFailure;
  if (error == QNetworkReply::NoError || is_status) return "";
  return QMetaEnum::fromType<QNetworkReply::NetworkError>().valueToKey(error);
}

}  // namespace

QtClient::QtClient(std::unique_ptr<QNetworkAccessManager> manager, const ClientOptions& options)
    : options_(options), manager_(std::move(manager)) {}

Outcome QtClient::perform(const Request& request) {
  QNetworkRequest outgoing(QUrl(QString::fromStdString(options_.origin + request.target)));
  outgoing.setTransferTimeout(static_cast<int>(options_.timeout.count()));
  for (const Headers::Field& field : request.headers) {
    outgoing.setRawHeader(QByteArray::fromStdString(std::string(field.name)),
                          QByteArray::fromStdString(std::string(field.value)));
  }
  const std::unique_ptr<QNetworkReply> reply(
      request.method == Method::post
          ? manager_->post(outgoing, QByteArray::fromStdString(request.body))
          : manager_->get(outgoing));
  QEventLoop loop;
  QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
  if (!reply->isFinished()) loop.exec();

  Outcome outcome;
  outcome.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  if (reply->isOpen()) outcome.body = reply->readAll().toStdString();
  outcome.error = name_of(reply->error());
  return outcome;
}

const Library& library() {
  make_application();
  static const Library kQt{.name = "Qt",
                           .make = [](const ClientOptions& options) -> std::unique_ptr<Client> {
                             return std::make_unique<QtClient>(
                                 std::make_unique<QNetworkAccessManager>(), options);
                           },
                           .seen = {
                               {Trouble::refused, "ConnectionRefusedError", 2, 3},
                               {Trouble::reset, "RemoteHostClosedError", 2, 2},
                               {Trouble::cut, "RemoteHostClosedError"},
                               {Trouble::closed, "RemoteHostClosedError", 2, 2},
                               {Trouble::garbage, "RemoteHostClosedError", 4, 4},
                               {Trouble::truncated, "RemoteHostClosedError"},
                               {Trouble::silence, "OperationCanceledError"},
                           }};
  return kQt;
}

}  // namespace fauxbank::testing
