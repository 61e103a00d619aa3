"""Runs the handler of a Python function and reports how it ended.

serverless-offline starts one process per function and waits for a result. A handler that raises ends that process, and
serverless-offline waits until the time-out. This module is the handler instead: it always returns a result.
"""

import importlib
import json
import os
import sys
import traceback

_handler = None


def _load():
    global _handler
    if _handler is None:
        # As on Lambda, the service's own modules come before installed ones of the same name.
        sys.path.insert(0, os.getcwd())
        path, _, name = os.environ["OFFLINE_GATEWAY_HANDLER"].rpartition(".")
        _handler = getattr(importlib.import_module(path.replace("/", ".")), name)
    return _handler


def handler(event, context):
    try:
        returned = _load()(event, context)
        json.dumps(returned)
        return {"offlineGateway": {"returned": returned}}
    except BaseException as error:
        traceback.print_exc()
        return {"offlineGateway": {"failed": str(error), "type": type(error).__name__}}
