"""Columns that say by what they hold that they are texts, in English and Chinese."""

TEXTS = (
    "I loved every minute of it",
    "It was slow and rather dull",
    "What a waste of an evening",
    "A warm and funny story",
    "Never again will I go there",
)
CHINESE = (
    "这家店的外卖很好吃",
    "送餐太慢了，不会再来",
    "味道一般，价格偏高",
    "包装很好，非常满意",
    "客服态度恶劣，差评",
)
