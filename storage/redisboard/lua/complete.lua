local shown = redis.call('HGET', B, 'shown')
if shown and whole(shown) then return 'OK' end
return 'INCOMPLETE'
