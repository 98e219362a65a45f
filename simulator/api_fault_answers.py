"""Answer a request to a REST API as a fault requires."""

from flask import Response, json

from .apis import MESSAGES, ApiError
from .fault_answers import of_any_kind

RETRY_AFTER = 2


def write_error(error):
    """Write an error as the APIs do.

    :param simulator.apis.ApiError error: the error.
    """
    body = {'errors': [{'code': error.code, 'message': error.message, 'details': ''}]}
    answer = Response(json.dumps(body), error.status, mimetype='application/json')
    if error.retry_after is not None:
        answer.headers['Retry-After'] = str(error.retry_after)
    return answer


def answer(fault, normal, stopping):
    """Make the answer, which the fault may change, delay or replace.

    :param simulator.faults.Fault fault: the fault, or None for the normal answer.
    :param Response normal: the normal answer; None if the request was not processed.
    :param threading.Event stopping: ends a delay when the simulator ends.
    """
    kind = fault.kind if fault else None
    if replaced := of_any_kind(kind, fault, stopping):
        return replaced
    if kind in ('invalid_grant', 'invalid_client'):
        body = json.dumps({'error': kind, 'error_description': 'As requested on the page Faults.'})
        return Response(body, 400 if kind == 'invalid_grant' else 401, mimetype='application/json')
    if kind and kind.startswith('api_'):
        status = int(kind.removeprefix('api_'))
        return write_error(ApiError(status, MESSAGES[status], retry_after=RETRY_AFTER if status == 429 else None))
    if kind == 'cut_json':
        return Response('{"transactions": [{"transactionId": "1', mimetype='application/json')
    if kind == 'strange_json':
        return Response('[null, {"transactions": 5}]', mimetype='application/json')
    return normal
