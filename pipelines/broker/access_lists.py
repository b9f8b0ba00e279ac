"""Rights as Kafka's access control lists: as commands for people, and set on the broker."""

import shlex
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from pipelines.broker.configs import client_config, unreachable
from pipelines.broker.rights import Operation, Resource, Right, rights_of, user_of
from pipelines.errors import BrokerError
from pipelines.settings import Settings

_REQUEST_TIMEOUT_S = 15.0
_TYPES = {Resource.TOPIC: ResourceType.TOPIC, Resource.GROUP: ResourceType.GROUP, Resource.CLUSTER: ResourceType.BROKER}
"""librdkafka calls the cluster BROKER; it is the same number on the wire."""
_OPERATIONS = {
    Operation.READ: AclOperation.READ,
    Operation.WRITE: AclOperation.WRITE,
    Operation.CREATE: AclOperation.CREATE,
    Operation.DELETE: AclOperation.DELETE,
    Operation.ALTER: AclOperation.ALTER,
    Operation.DESCRIBE: AclOperation.DESCRIBE,
    Operation.DESCRIBE_CONFIGS: AclOperation.DESCRIBE_CONFIGS,
    Operation.ALTER_CONFIGS: AclOperation.ALTER_CONFIGS,
}


def commands(roles: Iterable[str], settings: Settings) -> Iterator[str]:
    """One `kafka-acls` command a right, as a shell takes it."""
    for role in roles:
        for right in rights_of(role, settings):
            yield shlex.join(_command(right, settings))


def apply_rights(roles: Iterable[str], settings: Settings) -> int:
    """Add the rights of these roles on the broker; what is there already stays. Returns how many entries were sent.

    Raises:
        BrokerError: no broker answers, it has no authoriser, or this client may not alter rights.
    """
    bindings = [entry for role in roles for right in rights_of(role, settings) for entry in _bindings(right, settings)]
    admin = AdminClient(client_config(settings, client_id="rights"))
    for answer in admin.create_acls(bindings, request_timeout=_REQUEST_TIMEOUT_S).values():
        try:
            answer.result(_REQUEST_TIMEOUT_S)
        except FutureTimeoutError as error:
            raise unreachable(settings, "no answer to new rights") from error
        except KafkaException as error:
            raise BrokerError(
                f"the broker refused new rights: {error.args[0].str()}; it needs an authorizer "
                "(authorizer.class.name), and this client the right to alter the cluster"
            ) from error
    return len(bindings)


def _command(right: Right, settings: Settings) -> list[str]:
    where = ["--cluster"] if right.resource is Resource.CLUSTER else [f"--{right.resource}", right.name]
    pattern = ["--resource-pattern-type", "prefixed"] if right.prefixed else []
    operations = [word for operation in right.operations for word in ("--operation", operation.value)]
    principal = f"User:{user_of(right.role, settings)}"
    servers = ["--bootstrap-server", settings.kafka_bootstrap_servers, "--command-config", "admin.properties"]
    return ["kafka-acls.sh", *servers, "--add", "--allow-principal", principal, *operations, *where, *pattern]


def _bindings(right: Right, settings: Settings) -> Iterator[AclBinding]:
    for operation in right.operations:
        yield AclBinding(
            _TYPES[right.resource],
            right.name,
            ResourcePatternType.PREFIXED if right.prefixed else ResourcePatternType.LITERAL,
            f"User:{user_of(right.role, settings)}",
            "*",
            _OPERATIONS[operation],
            AclPermissionType.ALLOW,
        )
