"""An independent reader and writer of our messages, on Google's protobuf library.

Builds the message types from the project's .proto files, then answers one JSON line on standard
output for each on standard input:

    {"read": name, "hex": bytes}   -> {"hex": bytes written anew, "unknown": count, "fields": {...}, "types": [...]}
    {"make": name, "seed": number} -> {"hex": bytes of a random message, "types": [...]}
    {}                             -> {"types": [every message of the files]}

"types" are the names of all messages that are in the one that is asked about.
"""

import json
import pathlib
import random
import re
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, unknown_fields

FIELD = descriptor_pb2.FieldDescriptorProto
SCALARS = {
    "uint32": FIELD.TYPE_UINT32,
    "uint64": FIELD.TYPE_UINT64,
    "bool": FIELD.TYPE_BOOL,
    "bytes": FIELD.TYPE_BYTES,
    "string": FIELD.TYPE_STRING,
}
TOKEN = re.compile(r'//[^\n]*|"[^"]*"|[\w.]+|[{}=;]')
# Sizes of byte fields, as their comments state them: "// 32 bytes".
SIZES = {}
FILES = []


class Parser:
    def __init__(self, path):
        self.path = path
        self.file = descriptor_pb2.FileDescriptorProto(name=path.name, syntax="proto3")
        text = path.read_text()
        self.tokens = [token.group() for token in TOKEN.finditer(text)]
        self.place = 0

    def next(self):
        while self.tokens[self.place].startswith("//"):
            self.place += 1
        self.place += 1
        return self.tokens[self.place - 1]

    def peek(self):
        place = self.place
        while place < len(self.tokens) and self.tokens[place].startswith("//"):
            place += 1
        return self.tokens[place] if place < len(self.tokens) else None

    def expect(self, wanted):
        token = self.next()
        if token != wanted:
            raise SyntaxError(f"{self.path}: expected {wanted}, found {token}")

    def parse(self):
        while (token := self.peek()) is not None:
            self.next()
            if token == "syntax":
                self.expect("=")
                self.file.syntax = self.next().strip('"')
                self.expect(";")
            elif token == "package":
                self.file.package = self.next()
                self.expect(";")
            elif token == "import":
                self.file.dependency.append(self.next().strip('"'))
                self.expect(";")
            elif token == "message":
                self.message(self.file.message_type.add(), self.file.package)
            elif token == "enum":
                self.enum(self.file.enum_type.add())
            else:
                raise SyntaxError(f"{self.path}: {token}")
        return self.file

    def enum(self, enum):
        enum.name = self.next()
        self.expect("{")
        while (name := self.next()) != "}":
            self.expect("=")
            enum.value.add(name=name, number=int(self.next()))
            self.expect(";")

    def message(self, message, scope):
        message.name = self.next()
        scope = f"{scope}.{message.name}"
        optional = []
        self.expect("{")
        while (token := self.next()) != "}":
            if token == "message":
                self.message(message.nested_type.add(), scope)
            elif token == "enum":
                self.enum(message.enum_type.add())
            elif token == "oneof":
                index = len(message.oneof_decl)
                message.oneof_decl.add(name=self.next())
                self.expect("{")
                while (kind := self.next()) != "}":
                    self.field(message, scope, kind, "").oneof_index = index
            elif token in ("repeated", "optional"):
                field = self.field(message, scope, self.next(), token)
                if token == "optional":
                    optional.append(field)
            else:
                self.field(message, scope, token, "")
        for field in optional if self.file.syntax == "proto3" else ():
            field.proto3_optional = True
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name="_" + field.name)

    def field(self, message, scope, kind, label):
        field = message.field.add(name=self.next())
        self.expect("=")
        field.number = int(self.next())
        self.expect(";")
        field.label = FIELD.LABEL_REPEATED if label == "repeated" else FIELD.LABEL_OPTIONAL
        if kind in SCALARS:
            field.type = SCALARS[kind]
        else:
            field.type_name = kind
        if self.place < len(self.tokens) and self.tokens[self.place].startswith("//"):
            size = re.search(r"\b(\d+) bytes", self.tokens[self.place])
            if size:
                SIZES[(scope, field.name)] = int(size.group(1))
        return field


def resolve(files):
    """Gives each named type its full name and its kind."""
    messages, enums = set(), set()

    def collect(scope, message):
        name = f"{scope}.{message.name}"
        messages.add(name)
        enums.update(f"{name}.{enum.name}" for enum in message.enum_type)
        for inner in message.nested_type:
            collect(name, inner)

    for file in files:
        enums.update(f"{file.package}.{enum.name}" for enum in file.enum_type)
        for message in file.message_type:
            collect(file.package, message)

    def name(message, scope):
        scope = f"{scope}.{message.name}"
        for field in message.field:
            if not field.type_name:
                continue
            parts = scope.split(".")
            for length in range(len(parts), -1, -1):
                full = ".".join(parts[:length] + [field.type_name])
                if full in messages or full in enums:
                    field.type = FIELD.TYPE_MESSAGE if full in messages else FIELD.TYPE_ENUM
                    field.type_name = "." + full
                    break
            else:
                raise SyntaxError(f"{scope}.{field.name}: no type {field.type_name}")
        for inner in message.nested_type:
            name(inner, scope)

    for file in files:
        for message in file.message_type:
            name(message, file.package)


def load(root):
    files = {path.name: Parser(path).parse() for path in sorted(root.glob("*/Proto/*.proto"))}
    # A file whose imports are not in the tree cannot be used.
    while missing := [n for n, f in files.items() if any(d not in files for d in f.dependency)]:
        for name in missing:
            print(f"{name} left out: an import is missing", file=sys.stderr)
            del files[name]
    resolve(files.values())
    pool = descriptor_pool.DescriptorPool()
    added = set()
    while len(added) < len(files):
        for name, file in files.items():
            if name not in added and all(part in added for part in file.dependency):
                pool.AddSerializedFile(file.SerializeToString())
                added.add(name)
    FILES.extend(sorted(added))
    return pool


def repeated(field):
    if hasattr(field, "is_repeated"):
        return field.is_repeated
    return field.label == field.LABEL_REPEATED


def number(chance, bits):
    return chance.getrandbits(chance.choice([1, 7, 8, 14, 31, bits]))


def fill(message, chance, depth=0):
    chosen = {}
    for oneof in message.DESCRIPTOR.oneofs:
        chosen[oneof.name] = chance.choice(oneof.fields).name
    for field in message.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        if oneof is not None and chosen[oneof.name] != field.name:
            continue
        if repeated(field):
            for _ in range(chance.randrange(3)):
                if field.type == field.TYPE_MESSAGE:
                    fill(getattr(message, field.name).add(), chance, depth + 1)
                else:
                    getattr(message, field.name).append(value(message, field, chance))
        elif field.type == field.TYPE_MESSAGE:
            getattr(message, field.name).SetInParent()
            fill(getattr(message, field.name), chance, depth + 1)
        else:
            setattr(message, field.name, value(message, field, chance))


def value(message, field, chance):
    if field.type == field.TYPE_BYTES:
        size = SIZES.get((message.DESCRIPTOR.full_name, field.name), 32)
        return chance.randbytes(size)
    if field.type == field.TYPE_STRING:
        return "".join(chance.choice("abcä€") for _ in range(chance.randrange(9)))
    if field.type == field.TYPE_BOOL:
        return chance.random() < 0.5
    if field.type == field.TYPE_ENUM:
        return chance.choice([each.number for each in field.enum_type.values])
    return number(chance, 32 if field.type == field.TYPE_UINT32 else 64)


def shown(message):
    fields = {}
    for field, each in message.ListFields():
        if field.type == field.TYPE_MESSAGE or repeated(field):
            continue
        fields[field.name] = each.hex() if field.type == field.TYPE_BYTES else str(each)
    return fields


def unknown(message):
    count = len(unknown_fields.UnknownFieldSet(message))
    for field, each in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            parts = each if repeated(field) else [each]
            count += sum(unknown(part) for part in parts)
    return count


def types(message):
    found = {message.DESCRIPTOR.full_name}
    for field, each in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for part in each if repeated(field) else [each]:
                found |= types(part)
    return found


def every_type(descriptor):
    return {descriptor.full_name}.union(*map(every_type, descriptor.nested_types))


def answer(pool, request):
    name = request.get("read") or request.get("make")
    if name is None:
        files = [pool.FindFileByName(name) for name in FILES]
        return {"types": sorted(set().union(
            *(every_type(each) for file in files for each in file.message_types_by_name.values())))}
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))()
    if "read" in request:
        message.ParseFromString(bytes.fromhex(request["hex"]))
    else:
        fill(message, random.Random(request["seed"]))
    return {
        "hex": message.SerializeToString(deterministic=True).hex(),
        "unknown": unknown(message),
        "fields": shown(message),
        "types": sorted(types(message)),
    }


def main():
    pool = load(pathlib.Path(sys.argv[1]) / "Sources")
    for line in sys.stdin:
        try:
            print(json.dumps(answer(pool, json.loads(line))))
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}))


main()
