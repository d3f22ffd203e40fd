-- Notifications as GREEN-API sends them. One thread has one connection and is one account, whose notifications come one
-- after the other. Ids are random, as the gateway's are; the member "bench" says which request of which thread it was, so
-- that every one can be looked up afterwards. The request n+1 of a thread is made when n was answered.
local path, token, run = os.getenv("BENCH_PATH"), os.getenv("BENCH_TOKEN"), os.getenv("BENCH_RUN")
local mixed = os.getenv("BENCH_MIX") == "mixed"
local CHATS, REMEMBERED = 1000, 50
local WORDS = "The delivery you ordered is on its way and will be with you between ten and twelve; please tell us at which "
    .. "door the driver should ring, and whether a neighbour may take it in. Thank you, your friends at the warehouse."
local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("account", threads)
end

function init()
    -- wrk asks the first thread for one request that it never sends.
    n = account == 1 and -1 or 0
    messages, statuses = {}, {}
    math.randomseed(os.time() * 1000 + account * 7919 + tonumber(run) * 104729)
    head = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token }
    to = path or string.format("/webhooks/green-api/a%02d", account)
end

local function id()
    return string.format("3EB0%08X%08X", math.random(0, 2 ^ 31 - 1), math.random(0, 2 ^ 31 - 1))
end

local function instance()
    return string.format('"instanceData":{"idInstance":%d,"wid":"79876543210@c.us","typeInstance":"whatsapp"},'
        .. '"timestamp":%d,"bench":"%s-%d-%d"', 1101000000 + account, os.time(), run, account, n)
end

local function about(message, type, data)
    local person = message.outgoing and "79876543210@c.us" or message.chat
    return string.format('{"typeWebhook":"%s",%s,"idMessage":"%s","senderData":{"chatId":"%s","chatName":"John","sender":'
        .. '"%s","senderName":"John","senderContactName":"John Doe"},"messageData":{"typeMessage":"%s",%s}}',
        message.outgoing and "outgoingAPIMessageReceived" or "incomingMessageReceived", instance(),
        type == "textMessage" and message.id or id(), message.chat, person, type, data)
end

local function text()
    return WORDS:sub(1, math.random(10, #WORDS)) .. " " .. n
end

local function posted()
    local message = { id = id(), outgoing = mixed and math.random(4) == 1,
        chat = string.format("7%03d%07d@c.us", account, math.random(CHATS)) }
    if mixed then
        messages[math.random(REMEMBERED)] = message
        if message.outgoing then
            for _, status in ipairs({ "read", "delivered", "sent" }) do
                statuses[#statuses + 1] = { id = message.id, chat = message.chat, status = status }
            end
        end
    end
    return about(message, "textMessage", '"textMessageData":{"textMessage":"' .. text() .. '"}')
end

local function status(of)
    return string.format('{"typeWebhook":"outgoingMessageStatus","chatId":"%s",%s,"idMessage":"%s","status":"%s",'
        .. '"sendByApi":true}', of.chat, instance(), of.id, of.status)
end

-- 60 % posted, 10 % edited, 5 % deleted, 25 % statuses, all of messages that are known.
local function any()
    local dice = math.random(100)
    local place = math.random(REMEMBERED)
    local message = messages[place]
    if dice <= 25 and #statuses > 0 then
        return status(table.remove(statuses))
    elseif dice <= 35 and message then
        return about(message, "editedMessage",
            '"editedMessageData":{"textMessage":"' .. text() .. '","stanzaId":"' .. message.id .. '"}')
    elseif dice <= 40 and message then
        messages[place] = nil
        return about(message, "deletedMessage", '"deletedMessageData":{"stanzaId":"' .. message.id .. '"}')
    end
    return posted()
end

function request()
    n = n + 1
    if n == 1 then
        messages, statuses = {}, {}
    end
    return wrk.format("POST", to, head, mixed and any() or posted())
end

-- One line for the script: answers, seconds, latencies in microseconds, and what went wrong.
function done(summary, latency)
    local e = summary.errors
    print(string.format("bench %d %.3f %d %d %d", summary.requests, summary.duration / 1e6, latency:percentile(50),
        latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
