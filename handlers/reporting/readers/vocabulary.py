"""What people call the things a report speaks of: many phrases, one word for each meaning.

`in_meanings` puts the meaning ("FRAUD") in the place of the phrase ("chống lừa đảo"); what an
officer called a field of his own becomes "@key".
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from handlers.reporting.form import Form, Kind
from handlers.reporting.readers.numerals import with_numbers
from handlers.reporting.readers.pieces import Piece, cut
from handlers.words.text import listed

_SAID: Final = {
    # what is counted
    "TRAIN": "tap huan;lop tap huan;lop hoc;hoc tap;binh dan hoc vu so;boi duong;dao tao;mo lop;"
    "huan luyen;t huan;tap hun;thuan;"
    "lop binh dan hoc vu so;hoc so;pho cap ky nang so;tap huan ky nang so",
    "SPREAD": "tt;tuyen truyen;phat loa;phat thanh;truyen thanh;loa;loa phat thanh;"
    "loa truyen thanh;"
    "tin bai;bai viet;bai dang;phat lao;lao phat;loa phuong;truyen thong;ban tin;viet bai;"
    "dang bai;dang tin;dua tin;phat song;bang ron;bai tuyen truyen;tin bai viet;luot loa",
    "FRAUD": "lua dao;chong lua dao;phong chong lua dao;bi lua;bi lua dao;canh giac lua dao;"
    "lua dao qua mang;lua dao tren mang;phong lua dao;canh bao lua dao;mat tien oan;phong lua;"
    "chong lua;lua mat",
    "CASE": "vu;vu viec;truong hop bi lua;nguoi bi lua",
    "ALL": "luot nguoi",
    "TEAM": "to cong nghe so cong dong;to cong nghe so;cong nghe so cong dong;cong nghe so;"
    "to so cong dong;to cong dong;to;to cong nghe;to so;doi cong nghe so;to cong nghe cong dong",
    "MEMBER": "thanh vien;to vien",
    "HELP": "ho tro;giup do;giup;huong dan;chi dan;duoc giup;duoc ho tro;duoc huong dan;cai cho;"
    "cai dat cho;cai ho;cai giup;lam giup;lam cho;kem;dang ky cho;tro giup;cai ma cho",
    "VNEID": "vneid;vn eid;dinh danh;dinh danh dien tu;tai khoan dinh danh;vi dien tu eid;"
    "tai khoan vneid;tai khoan dinh danh dien tu;vn e id;vne id;can cuoc dien tu",
    "LEVEL2": "muc 2;muc do 2;muc hai;muc 02;muc do hai;m2;cap 2 vneid;muc ii",
    "PAY": "thanh toan so;thanh toan khong tien mat;thanh toan khong dung tien mat;thanh toan;"
    "chuyen khoan;khong dung tien mat;khong tien mat;vi dien tu;quet ma;quet ma qr;"
    "thanh toan dien tu;thanh toan qua mang;thanh toan online;tra tien qua dien thoai;"
    "khong xai tien mat;thanh toan qr",
    "SKILL": "ky nang so;dat ky nang;ky nang so co ban;dat ky nang so;co ky nang so;co ky nang;"
    "biet ky nang so;kn so;ky nang cong nghe so;dat chuan ky nang so;thanh thao ky nang so",
    "PUPIL": "hoc sinh;tre;cac chau hoc sinh;cac em hoc sinh;em hoc sinh",
    "STAFF": "giao vien;can bo giao vien;can bo;nhan vien;cong chuc;nguoi lao dong;lao dong;"
    "can bo cong chuc;can bo nhan vien;giao vien nhan vien;cong nhan;xa vien;vien chuc;"
    "can bo giao vien nhan vien;thay co;cô giao;cán bo;giao vien can bo;can bo vien chuc;"
    "can bo cong chuc vien chuc;nha giao;thay cô;co giao",
    "FILES": "hoc sinh tt;hoc sinh truc tuyen;hoc sinh online;ho so tt;ho so truc tuyen;"
    "ho so nop truc tuyen;ho so online;ho so dich vu cong;"
    "ho so nop online;nop truc tuyen;truc tuyen;ho so nop qua mang;ho so qua mang;nop qua mang;"
    "ho so dich vu cong truc tuyen;ho so tiep nhan truc tuyen;nop online",
    "FILE": "ho so",
    "PARENT": "phu huynh",
    "PRAISE": "khen thuong;giay khen;duoc khen;khen;khen ngoi;bieu duong",
    "DISTINCT": "khac nhau;khong trung;khong tinh trung;khong trung lap;khong trung ten;"
    "khong tinh trung lap;khong lap;khong lap lai;khong tinh lap;moi nguoi mot lan;"
    "moi nguoi tinh mot lan;moi nguoi tinh 1 lan;moi nguoi 1 lan;da loai trung;tru trung;"
    "loc trung;bo trung;da tru trung;nguoi that;khong tinh nguoi trung;khong ke trung",
    "OVER60": "60 tuoi tro len;tren 60 tuoi;tu 60 tuoi tro len;60 tuoi;tren 60;tu 60;tu 60 tuoi;"
    "từ 60 tuoi tro len;từ 60;từ 60 tuoi;tren 60t;60t;60 t;tren 60 t;60 tro len;cao tuoi;"
    "tu 60 tro len;từ 60 tro len;ngoai 60;ngoai 60 tuoi;hơn 60 tuoi;cu gia;nguoi gia;60 tuổi;"
    "từ 60 t tro len;tu 60 t tro len;60 t tro len;du 60 tuoi;sau muoi tuoi;ong ba gia",
    "WOMEN": "nu;phu nu;chi em;nu gioi;chị em;chi em phu nu;phai nu;ba con nu",
    "MEMBERS": "hoi vien;doan vien;dang vien;doan vien thanh nien;thanh nien",
    "PEOPLE": "dong chi;nguoi;ba con;bà con;nguoi dan;ba con nhan dan;cong dan;nhan dan;dan",
    "LEARNER": "hoc vien;nguoi hoc;nguoi du;nguoi tham gia;nguoi den hoc;nguoi di hoc;"
    "nguoi tham du",
    "ATTEND": "du;tham gia;tham du;hoc;di hoc;theo hoc;den hoc;den du;du hoc;den tham gia;"
    "di du;ve du;toi du;co mat;den nghe;di tap huan;du tap huan;tham gia tap huan;tham gia hoc",
    "HOUSES": "ho;ho dan;ho gia dinh;gia dinh;nha;hộ",
    # around a figure
    "EACH": "moi buoi;moi lop;moi lan;moi dot;moi thang;moi tuan;binh quan;trung binh;hang thang;"
    "hang tuan;hang ngay;hang quy;hàng thang;moi quy;moi toi;tb;moi ngay;hàng tuan;binh quan moi "
    "buoi;trung binh moi buoi;moi nguoi;moi xom;moi cum;mot buoi duoc;moi hom;moi cau",
    "SUM": "tong;tong so;tong cong;tat ca;ca thay;cong lai;cong chung;tong the",
    "OFTHEM": "trong do;trong do co;trong so do;trong so do co;trong so nay",
    "UNKNOWN": "chua nam duoc;chua nam;chua ro;chua thong ke;chua thong ke duoc;chua tong hop;"
    "chua tong hop duoc;chua biet;chua dem;chua dem duoc;chua co so;chua co so lieu;chua hoi;"
    "khong nho;khong ro;khong nam duoc;khong nam;khong biet;chua tinh duoc;khong thong ke;"
    "khong thong ke duoc;chua xac dinh;chua chot;chua ra so;chua kip dem;chua co con so;"
    "chua kip thong ke;chua kip tong hop;khong dem;khong dem duoc;chua nam ro;chua nam chac;"
    "chua nắm duoc;chua nắm;chua nắm ro;khong nắm duoc;khong nắm;chua co thong ke;chua lay duoc;"
    "chua xin duoc;chua kip hoi;khong nhớ;chiu;chua dem xue;chua tong ket;chua tinh;chua nắm chac;"
    "chua nho;khong ghi;khong theo doi;chua theo doi;chua kip nam;khong co so;khong co so lieu",
    "PAST": "nam ngoai;nam truoc;cung ky;nam kia;ky truoc;nam hoc truoc;nam roi;nam da qua",
    "NOW": "nam nay;ky nay;trong nam;ca nam;trong nam nay;ca nam nay;nam hoc nay;tu dau nam;"
    "từ dau nam;den nay;tinh den nay",
    "WRONG": "thay vi;chu khong phai;khong phai la;khong phai;a nham;à nham;nham;a quen;à quen;"
    "sua lai;sua lai la;dinh chinh;nói lai;"
    "noi lai;chinh xac la;dung ra la;ra lai la;ra lai;dem lai;dem lai la;xem lai la;sua thanh;"
    "moi dung;a khong;à khong;a lon;kiem lai;kiem tra lai;ra lai thi;tinh lai;tinh lai la;"
    "xem lai so;ra soat lai;đúng la;dung la;xin sua;cho sua;ghi nham;xem lai;ra soat lai la",
    # fields in words
    "PLAN": "ke hoach;kh",
    "PLANNUMBER": "so ke hoach;so ky hieu ke hoach;ky hieu ke hoach;so kh;so ky hieu",
    "PLANDAY": "ngay ban hanh ke hoach;ngay ban hanh;ban hanh ngay;ngay ke hoach;ngay ky;"
    "ky ngay;ngay ra ke hoach",
    "LAUNCH": "phat dong thi dua;phat dong;phat dong phong trao;phat dong phong trao thi dua",
    "HARD": "kho khan;vuong mac;kho khan vuong mac;ton tai;han che;kho khan ton tai;ton tai han "
    "che;kho khan han che;bat cap;kho khan nhat;cai kho;tro ngai",
    "ASKS": "kien nghi;de xuat;de xuat kien nghi;kien nghi de xuat;de nghi xa;de nghi;"
    "kn;de nghi ubnd xa;nguyen vong;mong xa;mong muon;xin xa;mong ubnd xa;de nghi cap tren",
    "AHEAD": "phuong huong;nam sau;sang nam;nam toi;nhiem vu nam toi;phuong huong nam sau;"
    "phuong huong nam toi;thoi gian toi;viec nam sau;nhiem vu nam sau;viec se lam;du dinh;"
    "phuong huong nhiem vu;ke hoach nam sau;ke hoach nam toi;ke hoach sang nam;trong nam toi;"
    "trong thoi gian toi;phuong huong thoi gian toi;nam 2027;nhiem vu thoi gian toi;ky toi;"
    "nhiem vu trong tam nam toi;muc tieu nam sau;viec lam toi;huong nam sau;huong toi",
    "PREPARER": "nguoi lap;nguoi lap bao cao;nguoi lap bieu;nguoi bao cao;nguoi viet;nguoi lam "
    "bao cao;nguoi tong hop;nguoi gui;lap bao cao",
    "COOP": "phoi hop;phoi hop hop tac;hop tac;cong tac phoi hop",
    "SAFETY": "an ninh mang;an toan mang;an toan an ninh mang;an toan thong tin;bao mat;"
    "an ninh an toan mang;bao dam an toan mang;bao dam an toan an ninh mang;an toan so;dam bao an "
    "toan mang;an toan thong tin mang;dam bao an ninh mang;bao mat mang",
    "DIGITAL": "ud so;ud cntt;ud cong nghe;ung dung so;ung dung cong nghe so;"
    "ung dung cntt;ung dung so trong cong viec;"
    "ung dung cong nghe thong tin;ung dung cong nghe;chuyen doi so trong cong viec",
    "BUSINESS": "chuyen doi so;chuyen doi so trong kinh doanh;chuyen doi so trong san xuat kinh "
    "doanh;ban hang online;chuyen doi so san xuat kinh doanh;kinh doanh so;chuyen doi so kinh "
    "doanh;so hoa kinh doanh;chuyen doi so trong san xuat",
    "OVERSEE": "van dong;giam sat;phan bien;van dong giam sat;giam sat phan bien;phan bien xa hoi;"
    "giam sat phan bien xa hoi;van dong giam sat phan bien;van dong giam sat phan bien xa hoi;"
    "van dong hoi vien;van dong doan vien hoi vien",
    "MODEL": "mo hinh;mo hinh moi;cach lam hay;mo hinh moi cach lam hay;mo hinh cach lam hay;"
    "mo hinh hay;cach lam moi;mo hinh diem;mo hinh tieu bieu",
    "IDEA": "sang kien;sang kien cai tien",
    "HERO": "dien hinh;guong;guong dien hinh;tieu bieu;dien hinh tien tien;guong tieu bieu;"
    "guong dien hinh tien tien;ca nhan tieu bieu;tap the tieu bieu;guong tot;ca nhan dien hinh;"
    "guong nguoi tot viec tot;tap the ca nhan tieu bieu;guong sang;nguoi tieu bieu",
    # what only looks like one of them
    "~organise": "to chuc;to truong;to pho;to dan cu;to hoi;to roi;tổ truong;to lien gia;to dan;"
    "to an ninh;to tiet kiem;to vay von;to hop tac;to chuyen mon",
    "~plan": "du kien;du tru",
    "~please": "sua giup;xem giup;giup em;giup bac;giup chi;giup toi;giup minh;ghi giup;nhan giup;"
    "gui giup;bao giup;kiem tra giup;ktra giup;giup chau;giup anh;ghi ho;nhap giup;nhap ho;"
    "tong hop giup;cong giup;tinh giup",
    "~done": "hoan thanh",
    "~paper": "so hoc ba;khong giay;nghi quyet so;quyet dinh so",
    "~level1": "muc 1;muc do 1",
}  # fmt: skip
_LONGEST: Final = 8
_UNITS_ALONE: Final = listed(
    "buoi lop luot to nu loa vu hoc du nguoi ho tin bai khen di dan tong lan cu em"
)
MEANING_OF: Final = {
    "sessions": "TRAIN", "publicity": "SPREAD", "fraud_talks": "FRAUD", "team_members": "TEAM",
    "vneid_helped": "VNEID", "vneid_level_2": "LEVEL2", "vneid_by_hamlet": "LEVEL2",
    "payment": "PAY", "skilled": "SKILL", "pupils_skilled": "PUPIL", "online_files": "FILES",
    "over_60": "OVER60", "women": "WOMEN", "people": "DISTINCT", "awarded": "PRAISE",
    "plan_issued": "PLAN", "plan_number": "PLANNUMBER", "plan_date": "PLANDAY",
    "launched": "LAUNCH", "difficulties": "HARD", "proposals": "ASKS", "direction": "AHEAD",
    "preparer": "PREPARER", "cooperation": "COOP", "safety_work": "SAFETY",
    "digital_work": "DIGITAL", "business_work": "BUSINESS", "oversight": "OVERSEE",
    "models": "MODEL", "initiatives": "IDEA", "exemplars": "HERO",
    "attendances": "", "team_helped": "", "fraud_cases": "", "evidence": "",
    "learners_here": "", "basic_here": "",
}  # fmt: skip
"""Meaning by which a label names a field of ours; "" = only by more than one word."""

Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
"""First word -> the phrases beginning with it, longest first, and what they mean."""


def _by_first(phrases: Iterable[tuple[str, str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, meaning in phrases:
        row = tuple(phrase.split())
        if row:
            table.setdefault(row[0], []).append((row[:_LONGEST], meaning))
    for rows in table.values():
        rows.sort(key=lambda one: len(one[0]), reverse=True)
    return table


_OURS: Final = [
    (phrase.strip(), meaning) for meaning, said in _SAID.items() for phrase in said.split(";")
]
_OUR_PHRASES: Final = frozenset(phrase for phrase, _ in _OURS)


def phrases_of(form: Form) -> Phrases:
    """What to hear for this form: our words, and the officer's hints and labels."""
    hints = tuple((field.key, (*field.words, field.label)) for field in form.fields if field.asked)
    notes = tuple(one.key for one in form.fields if one.kind in (Kind.NOTE, Kind.RECORDS))
    return _phrases(hints, notes)


@lru_cache(32)  # one for each form that is in use
def _phrases(hints: tuple[tuple[str, tuple[str, ...]], ...], notes: tuple[str, ...]) -> Phrases:
    asked = {key for key, _ in hints}
    ours = [(phrase, meaning) for phrase, meaning in _OURS if _is_heard(meaning, asked)]
    for key, hinted in hints:
        meaning = MEANING_OF.get(key, f"@{key}")
        for hint in hinted:
            phrase = " ".join(piece.form for piece in with_numbers(cut(hint)) if not piece.is_sign)
            known = phrase in _OUR_PHRASES or phrase in _UNITS_ALONE
            is_own = meaning.startswith("@") or (key in notes and " " in phrase)
            if meaning and is_own and not known:
                ours.append((phrase, meaning))
    return _by_first(ours)


def _is_heard(meaning: str, asked: set[str]) -> bool:
    """Words that only some forms ask for mean nothing in the others."""
    return meaning not in ("BUSINESS", "OVERSEE", "DIGITAL", "SKILL") or any(
        MEANING_OF.get(key) == meaning for key in asked
    )


def in_meanings(pieces: Sequence[Piece], phrases: Phrases) -> list[Piece]:
    """The row with each phrase as one piece, whose form is what it means."""
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        length, meaning = _phrase_at(pieces, place, phrases)
        if not length:
            found.append(pieces[place])
            place += 1
            continue
        first, last = pieces[place], pieces[place + length - 1]
        found.append(Piece(meaning, first.start, last.end, first.raw))
        place += length
    return found


def _phrase_at(pieces: Sequence[Piece], place: int, phrases: Phrases) -> tuple[int, str]:
    second = pieces[place + 1].form if place + 1 < len(pieces) else ""
    for row, meaning in phrases.get(pieces[place].form, ()):
        if len(row) > 1 and row[1] != second:
            continue
        if tuple(one.form for one in pieces[place : place + len(row)]) == row:
            return len(row), meaning
    return 0, ""
