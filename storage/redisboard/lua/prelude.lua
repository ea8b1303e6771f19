-- Shared by all scripts. KEYS[1] is the board; every other key is derived from it and so carries the same hash tag.
-- Numbers beyond 14 digits are written with %.0f: Lua's own conversion would round them.
local B = KEYS[1]
local TTL = 2592000000 -- 30 days in ms: what a lost node left behind goes away by itself

local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end

-- The moment in microseconds: as told, or by this server's clock, which all nodes share.
local function moment(told)
  if told ~= '' then return tonumber(told) end
  return clock()
end

local function text(n) return string.format('%.0f', n) end

local function zset(gen, group) return B .. ':z:' .. gen .. ':' .. group end

local function words(s)
  local list = {}
  for w in string.gmatch(s or '', '%S+') do list[#list + 1] = w end
  return list
end

local function parts(s)
  local list = {}
  for g in string.gmatch(s, '[^\31]+') do list[#list + 1] = g end
  return list
end

-- A record is version (19 digits), length of the groups (6 digits), groups, member.
local function unpack_record(r)
  local n = tonumber(string.sub(r, 20, 25))
  return string.sub(r, 1, 19), parts(string.sub(r, 26, 25 + n)), string.sub(r, 26 + n)
end

-- Copies in progress: group -> where its snapshot is being written.
local function copies_running()
  local all = redis.call('HGETALL', B .. ':cp')
  local found = {}
  for i = 1, #all, 2 do
    local w = words(all[i + 1])
    found[all[i]] = { gen = w[1], version = w[2], start = tonumber(w[3]),
      into = B .. ':x:' .. w[2], except = B .. ':e:' .. w[2] }
  end
  return found
end

local function cancel_copy(group, c)
  redis.call('UNLINK', c.into, c.except)
  redis.call('HDEL', B .. ':cp', group)
end

-- Whether a generation has as many people, groups and removals as were written: a lost part makes the counts differ for
-- ever, because what is written later changes both sides alike.
local function sound(gen)
  local expect = redis.call('HMGET', B, 'n:' .. gen, 'k:' .. gen, 'removed')
  return redis.call('HLEN', B .. ':p:' .. gen) == tonumber(expect[1] or 0)
    and redis.call('HLEN', B .. ':g:' .. gen) == tonumber(expect[2] or 0)
    and redis.call('HLEN', B .. ':t') == tonumber(expect[3] or 0)
end

-- The size of a group of a sound generation, or nil when a part of it was lost.
local function size_of(gen, group)
  local n = tonumber(redis.call('HGET', B .. ':g:' .. gen, group) or 0)
  if sound(gen) and redis.call('ZCARD', zset(gen, group)) == n then return n end
  return nil
end

-- Whether every person and every listing that a generation should have is there.
local function whole(gen)
  if not sound(gen) then return false end
  local groups = redis.call('HGETALL', B .. ':g:' .. gen)
  for i = 1, #groups, 2 do
    if redis.call('ZCARD', zset(gen, groups[i])) ~= tonumber(groups[i + 1]) then return false end
  end
  return true
end

local function drop_generation(gen)
  for _, g in ipairs(redis.call('HKEYS', B .. ':g:' .. gen)) do redis.call('UNLINK', zset(gen, g)) end
  redis.call('UNLINK', B .. ':p:' .. gen, B .. ':g:' .. gen, B .. ':h:' .. gen)
  redis.call('HDEL', B, 'n:' .. gen, 'k:' .. gen, 'a:' .. gen)
end

local function set_live(gens)
  redis.call('HSET', B, 'live', table.concat(gens, ' '))
end

-- Rank of a member: 1 + members of the listing whose rank key is smaller.
local function rank(z, member)
  local width = string.byte(member, #member - 2)
  return 1 + redis.call('ZLEXCOUNT', z, '-', '(' .. string.sub(member, 1, width))
end
