"""Kafka: clients, topics, the embedded broker."""
